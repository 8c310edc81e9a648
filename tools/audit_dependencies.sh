#!/usr/bin/env bash
# Known vulnerabilities of the pinned packages, by pip-audit in an environment that is thrown away afterwards.
#
#   bash tools/audit_dependencies.sh            exit code 0: none is known; 1: some are, listed above
#
# Nothing of the project's own environments is changed or needed. Where pip-audit cannot be installed or no
# database (that of PyPI, or OSV) answers, one line says so and what to run elsewhere; exit code 2.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PIP_AUDIT=${PIP_AUDIT:-pip-audit==2.10.0}
KNOWN_BAD="jinja2==2.4.1" # a database that knows nothing of this one knows nothing

unreachable() {
    echo "not audited: $1. On a machine with a network: make audit-dependencies" >&2
    exit 2
}

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv" >/dev/null 2>&1 || unreachable "python3 -m venv does not work here"
timeout 300 "$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$PIP_AUDIT" \
    >"$place/pip.log" 2>&1 || unreachable "$PIP_AUDIT cannot be installed"

# audit SERVICE PINS: exit code 0 for no finding, 1 for some; anything else is a failure, 124 too long a wait.
# It ends with 1 for a finding and for a failure alike; only a finding has a table.
audit() {
    timeout "$3" "$place/venv/bin/python" -m pip_audit --requirement "$2" --no-deps --disable-pip --strict \
        --vulnerability-service "$1" --timeout 15 --cache-dir "$place/cache" --progress-spinner off \
        >"$place/report.txt" 2>"$place/errors.txt"
    local code=$?
    if [ "$code" -eq 1 ] && ! grep -q '^Name ' "$place/report.txt"; then code=3; fi
    return "$code"
}

echo "$KNOWN_BAD" >"$place/known.txt"
for service in pypi osv none; do
    audit "$service" "$place/known.txt" 60
    [ $? -eq 1 ] && break
done 2>/dev/null
[ "$service" != none ] || unreachable "no database of vulnerabilities answers (that of PyPI, or OSV)"

found=0
for lock in envs/*.lock envs/*.source.txt; do
    # Some locks have hashes on continued lines; names and versions are all that is asked about.
    sed -n 's/^\([A-Za-z0-9._-]*==[^ ;\\]*\).*/\1/p' "$lock" >"$place/pins.txt"
    echo "$lock: $(wc -l <"$place/pins.txt") packages, by the database of $service"
    audit "$service" "$place/pins.txt" 1800
    code=$?
    cat "$place/report.txt"
    [ "$code" -le 1 ] || unreachable "$service stopped answering ($(tail -1 "$place/errors.txt" | cut -c1-120))"
    [ "$code" -eq 0 ] || found=1
done
exit "$found"
