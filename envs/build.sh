#!/usr/bin/env bash
# Build one environment of the project if it is missing, and print its interpreter.
#
#   bash envs/build.sh NAME          progress on stderr, the interpreter's path on stdout
#   bash envs/build.sh --path NAME   only the path, built or not
#
# An environment is a venv outside the checkout, in
#   ${RECKON_CACHE:-${XDG_CACHE_HOME:-~/.cache}/reckon}/envs/NAME-<12 digits: hash of lock and Python version>
# so a second clone starts at once, and a changed lock never touches an environment that a run still uses.
# A venv cannot be moved, so it is built in place: `.complete` is written last, and a folder without it is
# built anew (the installers keep their downloads). Two builds at once: the second waits for the first.
#
# envs/build_NAME.sh is the recipe: calls of `step TITLE COMMAND...`, with $base (the Python to build from),
# $target (the environment's folder), $python (its interpreter) and $lock set.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

die() {
    printf 'error: %s\n' "$@" >&2
    exit 1
}

# The first Python >= 3.11; RECKON_PYTHON overrides.
find_python() {
    local candidate
    for candidate in ${RECKON_PYTHON:+"$RECKON_PYTHON"} python3 python3.11 python3.12 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "no Python 3.11 or newer found (looked for python3, python3.11, ...)." \
        "Ask the administrator for it (Debian: apt-get install python3 python3-venv), or set RECKON_PYTHON."
}

# Run one part of a recipe with its output in the log; one line with its seconds for the person who waits.
step() {
    local title=$1 start=$SECONDS code
    shift
    printf '[%s] %s ... ' "$name" "$title" >&2
    printf '\n=== %s\n' "$title" >>"$log"
    set +e
    (
        set -e
        "$@"
    ) </dev/null >>"$log" 2>&1
    code=$?
    set -e
    if [ "$code" -ne 0 ]; then
        printf 'failed after %d s\n' $((SECONDS - start)) >&2
        tail -n 15 "$log" | sed 's/^/    /' >&2
        die "$title failed (whole log: $log). The same command starts this environment again."
    fi
    printf '%d s\n' $((SECONDS - start)) >&2
}

build() {
    local started=$SECONDS
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        die "$base has no venv module." \
            "Ask the administrator for it (Debian: apt-get install python3-venv), or set RECKON_PYTHON."
    fi
    rm -rf "$target"
    : >"$log"
    # shellcheck source=/dev/null
    . "$here/build_$name.sh"
    touch "$target/.complete"
    printf '[%s] ready in %d s: %s\n' "$name" $((SECONDS - started)) "$target" >&2
}

only_path=no
if [ "${1:-}" = --path ]; then
    only_path=yes
    shift
fi
name=${1:-}
if [ "$name" = fem ]; then
    # Compiled for many minutes: its own program keeps finished steps.
    if [ "$only_path" = yes ]; then exec bash "$here/build_fem.sh" --path; fi
    exec bash "$here/build_fem.sh"
fi
lock="$here/$name.lock"
if [ ! -f "$lock" ] || [ ! -f "$here/build_$name.sh" ]; then
    die "no environment \"$name\"; there are: $(cd "$here" && echo *.lock | sed 's/\.lock//g')"
fi

base="$(find_python)"
version="$("$base" -c 'import platform; print(platform.python_version())')"
key="$( (cat "$lock" && echo "$version") | sha256sum | cut -c1-12)"
: "${HOME:=$(unset HOME && echo ~)}" # without it, the one that the system has for this user
cache="${RECKON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/reckon}/envs"
target="$cache/$name-$key"
python="$target/bin/python"
log="$target.log"

if [ "$only_path" = no ] && [ ! -f "$target/.complete" ]; then
    mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] ||
        die "cannot write into $cache: set RECKON_CACHE to a folder of yours with 3 GB free."
    command -v flock >/dev/null ||
        die "flock is missing. Ask the administrator for it (Debian: apt-get install util-linux)."
    # Installers inherit the lock: one that outlives a killed build still keeps the next build waiting.
    exec 9>"$target.lock"
    if ! flock -n 9; then
        echo "[$name] another build of this environment is running (log: $log); waiting for it" >&2
        flock 9
    fi
    [ -f "$target/.complete" ] || build
fi
printf '%s\n' "$python"
