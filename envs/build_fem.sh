#!/usr/bin/env bash
# Build the finite-element environment if it is missing, and print its interpreter: Firedrake and PETSc,
# compiled against the system's libraries.
#
#   bash envs/build_fem.sh          progress on stderr, the interpreter's path on stdout
#   bash envs/build_fem.sh --path   only the path, built or not
#
# Unlike the other environments this one takes many minutes, so it is built step by step: what is done is kept
# when it is interrupted. Its folder must not be moved, since compiled files know its path. It holds bin/python
# and bin/mpiexec, which set what Firedrake needs and then run it.
#   RECKON_CACHE       where environments are kept  (default ~/.cache/reckon)
#   RECKON_PYTHON      the Python to build from     (default python3)
#   JOBS               compiler processes           (default all cores)
#   FEM_LIBRARIES      system    the distribution's packages; as root, missing ones are installed (default)
#                      download  PETSc fetches and compiles them itself: needs internet, compilers, MPI, no root
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${HOME:=$(unset HOME && echo ~)}" # without it, the one that the system has for this user
CACHE=${RECKON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/reckon}
KEY=$(cat "$HERE/fem.lock" "$HERE/fem.source.txt" "$HERE/petsc_hypre226.py" | sha256sum | cut -c1-12)
PREFIX=$CACHE/envs/fem-$KEY
if [ "${1:-}" = --path ] || [ -e "$PREFIX/.done-smoke" ]; then echo "$PREFIX/bin/python"; exit 0; fi

LIBRARIES=${FEM_LIBRARIES:-system}
PYTHON=${RECKON_PYTHON:-python3}
JOBS=${JOBS:-$(nproc)}
STARTED=$(date +%s)
SYSTEM_PACKAGES=(gcc g++ gfortran make cmake ninja-build flex bison pkg-config python3-venv openmpi-bin libopenmpi-dev
    libopenblas-dev libhypre-dev libmumps-dev libscalapack-openmpi-dev libscotch-dev libptscotch-dev libhdf5-openmpi-dev)

say() { echo "[fem] $(($(date +%s) - STARTED)) s: $*" >&2; }
die() { echo "error: fem environment: $*" >&2; exit 1; }

# step NAME WHAT FUNCTION: run FUNCTION unless it has been done before; its output goes to a log file.
step() {
    local name=$1 what=$2 work=$3
    if [ -e "$PREFIX/.done-$name" ]; then say "$what: already done"; return; fi
    say "$what ..."
    # A plain call, not a condition: inside a condition bash would ignore set -e.
    trap 'die "$what failed. The last lines of $PREFIX/log/$name.log: $(echo; tail -n 15 "$PREFIX/log/$name.log")"' ERR
    ( set -e; "$work" ) >"$PREFIX/log/$name.log" 2>&1
    trap - ERR
    touch "$PREFIX/.done-$name"
}

# The lines of one package, with its hashes, so that pip checks what it fetches.
locked() { awk -v p="$1" '/^[a-z]/ {on = index($0, p "==") == 1} on' "$HERE/fem.source.txt" >"$PREFIX/src/$1.txt"; echo "$PREFIX/src/$1.txt"; }

wheel() {
    PATH="$PREFIX/venv/bin:$PATH" "$PREFIX/venv/bin/pip" wheel -q --no-deps --no-build-isolation --no-binary :all: \
        --require-hashes -w "$PREFIX/wheels" -r "$(locked "$1")"
}

check_python() {
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        die "needs Python 3.11 or newer as '$PYTHON'; name another one with RECKON_PYTHON=/path/to/python3.12"
}

missing_packages() {
    local p
    for p in "${SYSTEM_PACKAGES[@]}"; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q '^install ok installed' || echo "$p"
    done
}

system_libraries() {
    command -v dpkg-query >/dev/null || die "this is not Debian or Ubuntu. Either install compilers, MPI, OpenBLAS, hypre, MUMPS, \
ScaLAPACK, Scotch and HDF5 (all with MPI), or load a compiler and MPI and run: FEM_LIBRARIES=download $0
or create the conda environment: conda env create -f envs/fem.yaml"
    local missing
    missing=$(missing_packages | xargs)
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || die "system packages are missing. Ask an administrator to run
    apt-get install $missing
or, with internet and without root:  FEM_LIBRARIES=download $0  (needs mpicc, mpicxx and mpifort in PATH)"
    export DEBIAN_FRONTEND=noninteractive
    say "system packages: $missing"
    apt-get update -qq >"$PREFIX/log/apt.log" 2>&1 || true
    # shellcheck disable=SC2086  # a list of names
    apt-get install -y --no-install-recommends $missing >>"$PREFIX/log/apt.log" 2>&1 ||
        die "apt-get install failed; see $PREFIX/log/apt.log"
}

compilers() {
    local tool
    for tool in mpicc mpicxx mpifort make; do
        command -v "$tool" >/dev/null || die "'$tool' is not in PATH. On a cluster: module load a compiler and MPI; \
on Debian, as root: apt-get install gcc g++ gfortran make openmpi-bin libopenmpi-dev"
    done
}

python_packages() {
    rm -rf "$PREFIX/venv"
    "$PYTHON" -m venv "$PREFIX/venv"
    "$PREFIX/venv/bin/pip" install -q --require-hashes --prefer-binary -r "$HERE/fem.lock"
}

petsc_source() {
    cd "$PREFIX/src"
    "$PREFIX/venv/bin/pip" download -q --no-deps --no-build-isolation --no-binary :all: --require-hashes -r "$(locked petsc)" -d .
    rm -rf petsc && mkdir petsc
    tar xf petsc-3*.tar.gz -C petsc --strip-components 1
    "$PREFIX/venv/bin/python" "$HERE/petsc_hypre226.py" petsc
}

library_options() {
    local L
    if [ "$LIBRARIES" = download ]; then
        printf -- '--download-%s\n' openblas hypre scalapack mumps metis ptscotch hdf5 bison
        return
    fi
    L=/usr/lib/$(gcc -print-multiarch)
    printf '%s\n' "--with-blaslapack-lib=-L$L -lopenblas" \
        --with-hypre-include=/usr/include/hypre "--with-hypre-lib=-L$L -lHYPRE" \
        "--with-scalapack-lib=-L$L -lscalapack-openmpi" \
        --with-mumps-include=/usr/include "--with-mumps-lib=-L$L -lzmumps -ldmumps -lsmumps -lcmumps -lmumps_common -lpord" \
        --with-ptscotch-include=/usr/include/scotch \
        "--with-ptscotch-lib=-L$L -lptesmumps -lptscotch -lptscotcherr -lesmumps -lscotch -lscotcherr" \
        --with-hdf5-include=/usr/include/hdf5/openmpi "--with-hdf5-lib=-L$L/hdf5/openmpi -lhdf5_hl -lhdf5"
}

petsc_configure() {
    local optimise=-O2 options
    # Not -march=native: a cached build may be used on another processor.
    if grep -qw avx2 /proc/cpuinfo 2>/dev/null; then optimise="-O2 -march=x86-64-v3"; fi
    mapfile -t options < <(library_options)
    cd "$PREFIX/src/petsc"
    # CUDA off by name: an nvcc in PATH would switch it on.
    "$PYTHON" ./configure --prefix="$PREFIX/petsc" PETSC_ARCH=arch-opt \
        --with-debugging=0 --with-shared-libraries=1 --with-fortran-bindings=0 --with-x=0 --with-cuda=0 --with-cudac=0 \
        --with-c2html=0 --with-ssl=0 --with-cc=mpicc --with-cxx=mpicxx --with-fc=mpifort \
        --COPTFLAGS="$optimise" --CXXOPTFLAGS="$optimise" --FOPTFLAGS="$optimise" --with-make-np="$JOBS" "${options[@]}"
}

petsc_make() {
    make -C "$PREFIX/src/petsc" PETSC_DIR="$PREFIX/src/petsc" PETSC_ARCH=arch-opt MAKE_NP="$JOBS" all
    make -C "$PREFIX/src/petsc" PETSC_DIR="$PREFIX/src/petsc" PETSC_ARCH=arch-opt install
}

compile_settings() {
    export CC=mpicc CXX=mpicxx FC=mpifort CFLAGS="-O1 -g0" CXXFLAGS="-O1 -g0" HDF5_MPI=ON PETSC_DIR="$PREFIX/petsc" PETSC_ARCH=
    HDF5_DIR=/usr/lib/$(gcc -print-multiarch)/hdf5/openmpi
    if [ "$LIBRARIES" = download ]; then HDF5_DIR=$PREFIX/petsc; fi
    export HDF5_DIR
}

bindings() {
    compile_settings
    local jobs=() name
    for name in petsc4py h5py libsupermesh; do
        if ! compgen -G "$PREFIX/wheels/$name-*.whl" >/dev/null; then wheel "$name" & jobs+=($!); fi
    done
    for name in "${jobs[@]}"; do wait "$name"; done
    "$PREFIX/venv/bin/pip" install -q --no-deps --no-index --find-links "$PREFIX/wheels" petsc4py h5py libsupermesh
}

firedrake() {
    compile_settings
    wheel firedrake
    "$PREFIX/venv/bin/pip" install -q --no-deps --no-index --find-links "$PREFIX/wheels" firedrake
}

launchers() {
    cat >"$PREFIX/env.sh" <<EOF
export PETSC_DIR=$PREFIX/petsc PETSC_ARCH= CC=mpicc CXX=mpicxx
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PETSC_OPTIONS="-options_left no"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export PYOP2_CACHE_DIR=\${PYOP2_CACHE_DIR:-$PREFIX/kernels} FIREDRAKE_TSFC_KERNEL_CACHE_DIR=\${FIREDRAKE_TSFC_KERNEL_CACHE_DIR:-$PREFIX/kernels}
export PATH=$PREFIX/venv/bin:\$PATH
EOF
    mkdir -p "$PREFIX/bin"
    printf '#!/bin/sh\n. %s/env.sh\nexec %s/venv/bin/python "$@"\n' "$PREFIX" "$PREFIX" >"$PREFIX/bin/python"
    printf '#!/bin/sh\n. %s/env.sh\nexec %s "$@"\n' "$PREFIX" "$(command -v mpiexec)" >"$PREFIX/bin/mpiexec"
    chmod +x "$PREFIX/bin/python" "$PREFIX/bin/mpiexec"
}

smoke() {
    local poisson='from firedrake import *
m = UnitSquareMesh(8, 8); V = FunctionSpace(m, "CG", 1); u, v, w = TrialFunction(V), TestFunction(V), Function(V)
solve(inner(grad(u), grad(v))*dx == v*dx, w, bcs=DirichletBC(V, 0, "on_boundary"), solver_parameters={"ksp_type": "cg", "pc_type": "hypre"})
print(m.comm.size, "processes, norm", norm(w))'
    launchers
    cd "$PREFIX"
    "$PREFIX/bin/python" -c "$poisson"
    "$PREFIX/bin/mpiexec" -n 2 "$PREFIX/bin/python" -c "$poisson"
    rm -rf "$PREFIX/src"
}

unset MAKEFLAGS PETSC_DIR PETSC_ARCH PYTHONPATH CFLAGS CXXFLAGS || true
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
check_python
mkdir -p "$PREFIX/src" "$PREFIX/log" "$PREFIX/wheels"
exec 9>"$PREFIX/.lock"
flock -n 9 || { say "another build is running; waiting for it"; flock 9; }
if [ -e "$PREFIX/.done-smoke" ]; then echo "$PREFIX/bin/python"; exit 0; fi
say "building in $PREFIX (logs in log/); about 10 minutes on two cores"
if [ "$LIBRARIES" = system ]; then system_libraries; fi
compilers
step python "Python packages" python_packages
step source "PETSc source" petsc_source
step configure "PETSc configure" petsc_configure
step make "PETSc compile and install" petsc_make
step bindings "petsc4py, h5py, libsupermesh" bindings
step firedrake "Firedrake" firedrake
step smoke "check on one and on two processes" smoke
say "ready: $PREFIX"
echo "$PREFIX/bin/python"
