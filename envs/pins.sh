#!/usr/bin/env bash
# The pins of an environment, in every form they are kept.
#
#   bash envs/pins.sh NAME                   print NAME.lock as a conda environment file
#   bash envs/pins.sh --write NAME           write that to NAME.yaml
#   bash envs/pins.sh --freeze NAME PYTHON   write NAME.lock from what PYTHON has installed, then NAME.yaml
#
# The yaml documents the environment for `conda:` in the rules (and `snakemake --lint`); build.sh installs the lock.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

yaml() {
    cat <<END
# The pins of $1.lock for conda: written by \`bash envs/pins.sh --write $1\`, not by hand.
name: reckon-$1
channels: [conda-forge, nodefaults]
dependencies:
  - python=3.11
  - pip
END
    # What pip does not bring, where an environment has such.
    if [ -f "$1.conda" ]; then cat "$1.conda"; fi
    echo "  - pip:"
    # Without the line breaks of a lock that has hashes.
    sed -n -E 's/^([A-Za-z0-9].*[^ \\]) *\\?$/      - \1/p' "$1.lock"
}

# A local version (torch 2.13.0+cpu) names one machine's wheel: the lock keeps the public version.
freeze() {
    echo "# Complete pins of $1.in on Python 3.11 (Linux): written by \`bash envs/pins.sh --freeze $1 PYTHON\`."
    "$2" -m pip freeze | sed -E 's/\+[a-z0-9.]+$//'
}

case "${1:-}" in
    --write) yaml "$2" >"$2.yaml" ;;
    --freeze) freeze "$2" "$3" >"$2.lock" && yaml "$2" >"$2.yaml" ;;
    "" | -*) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]##*/}" >&2 && exit 2 ;;
    *) yaml "$1" ;;
esac
