#!/usr/bin/env bash
# The daemons of SLURM, where they can be installed: Debian or Ubuntu, as root. Elsewhere the tests say what is missing.
set -euo pipefail
for tool in slurmctld slurmd munged; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "$tool" >/dev/null && continue
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "no $tool here, and it can be installed only as root on Debian or Ubuntu" >&2
        exit 0
    fi
    # The packages would start services of their own; a file that says no keeps them from it.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    { apt-get update -q &&
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
            slurm-wlm slurm-wlm-basic-plugins munge; } >&2 || echo "SLURM could not be installed" >&2
    exit 0
done
