#!/usr/bin/env bash
# Ends what start.sh FOLDER started, by the recorded process ids, and waits until it is gone.
#
#     stop.sh FOLDER [DAEMON ...]     default: slurmd slurmctld munged
set -euo pipefail
folder=$(realpath "$1")
shift
[ $# -gt 0 ] || set -- slurmd slurmctld munged
for daemon in "$@"; do
    file="$folder/run/$daemon.pid"
    [ -s "$file" ] || continue
    process=$(cat "$file")
    kill "$process" 2>/dev/null || continue
    for _ in $(seq 150); do
        kill -0 "$process" 2>/dev/null || break
        sleep 0.2
    done
done
