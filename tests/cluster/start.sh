#!/usr/bin/env bash
# A SLURM of one node with two stand-in GPUs, all of it in FOLDER: settings, keys, logs, states. Needs the daemons
# slurmctld, slurmd, munged (Debian: slurm-wlm, munge) and root, as slurmd starts jobs. No database, no systemd.
#
#     start.sh FOLDER [CPUS [MEMORY_MB]]
#
# Prints the file for SLURM_CONF; FOLDER/bin belongs at the front of PATH. The node may claim more processors and
# memory than the machine has; the memory that a job asked for is enforced once a second.
set -euo pipefail
PATH="$PATH:/usr/sbin:/sbin"
folder=$(realpath "$1")
cpus=${2:-8}
memory=${3:-64000}
node=$(hostname -s)
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'; }

mkdir -p "$folder"/{state,spool,log,run}
chmod 0755 "$folder" "$folder/run"
if [ ! -e "$folder/munge.key" ]; then
    (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
fi

# Character devices that exist everywhere stand in for cards: SLURM counts them and sets CUDA_VISIBLE_DEVICES.
cat >"$folder/gres.conf" <<END
Name=gpu Type=standin File=/dev/null
Name=gpu Type=standin File=/dev/zero
END
[ -e "$folder/slurm.conf" ] || cat >"$folder/slurm.conf" <<END
ClusterName=standin
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/run/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=5
KillWait=5
MinJobAge=300
ReturnToService=2
SlurmctldTimeout=60
SlurmdTimeout=60
JobRequeue=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
NodeName=$node NodeAddr=127.0.0.1 CPUS=$cpus RealMemory=$memory Gres=gpu:standin:2 State=UNKNOWN
PartitionName=cpu Nodes=$node Default=YES MaxTime=2-00:00:00 State=UP
PartitionName=gpu Nodes=$node Default=NO MaxTime=2-00:00:00 State=UP
END

export SLURM_CONF="$folder/slurm.conf"
# Inside a job the plugin hides SLURM_CONF; these two, first in PATH, know it.
mkdir -p "$folder/bin"
for tool in srun squeue; do
    real=$(PATH="${PATH//"$folder/bin:"/}" command -v "$tool")
    printf '#!/bin/sh\nSLURM_CONF=%q exec %q "$@"\n' "$SLURM_CONF" "$real" >"$folder/bin/$tool"
    chmod +x "$folder/bin/$tool"
done
alive() { [ -s "$folder/run/$1.pid" ] && kill -0 "$(cat "$folder/run/$1.pid")" 2>/dev/null; }
alive munged || munged --force --key-file="$folder/munge.key" --socket="$folder/run/munge.socket" \
    --pid-file="$folder/run/munged.pid" --log-file="$folder/log/munged.log" --seed-file="$folder/run/munge.seed"
alive slurmctld || slurmctld -f "$SLURM_CONF"
alive slurmd || slurmd -f "$SLURM_CONF" -N "$node"
for _ in $(seq 300); do
    case $(sinfo --noheader --format %T 2>/dev/null | head -n 1) in
    idle | mixed | allocated | drained | draining)
        echo "$SLURM_CONF"
        exit 0
        ;;
    esac
    sleep 0.2
done
echo "the node did not come up in a minute; see $folder/log" >&2
bash "$here/stop.sh" "$folder"
exit 1
