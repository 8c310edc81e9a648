# make                the main job: the environment if it is missing, then every reported cell (scale demo)
# make report         the same, and results/report.html: one page for reading; PREVIOUS=old.csv compares
# make test           the environment, then every test that needs no cluster, JOBS side by side
# make test-cluster   the tests on a SLURM of one node, installed if it can be (Debian, root); else they say why not
# make check          lint, format, types, rules
# make -s python      the interpreter of the workflow + NLP environment
# make -s python-fem the interpreter of the finite-element environment
# make audit-dependencies   known vulnerabilities of the pinned packages, where a database can be reached
# make clean          removes what was computed in this checkout, never the cache of environments and data
#
# Each recipe enters the environment by itself; nothing needs to be activated. Paths may hold spaces.
SHELL := bash
CORES ?= 8
JOBS ?= 2
# Said where a run was stopped: what to type to go on.
TYPED = $(strip make $(MAKEOVERRIDES) $(MAKECMDGOALS))
ENTER := python="$$(bash envs/build.sh nlp)" && export PATH="$$(dirname "$$python"):$$PATH" PYTHONPATH="$$PWD/src" &&
# A value as one word of the shell, whatever it holds.
quoted = '$(subst ','\'',$(1))'
CHECK_CORES = case $(call quoted,$(CORES)) in \
  ''|0*|*[!0-9]*) printf 'CORES=%s: how many jobs at a time, 1 or more; say make CORES=4\n' $(call quoted,$(CORES)) >&2; exit 2;; esac
COMPUTED := results .snakemake .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: all report test test-cluster check audit-dependencies python python-fem pins clean

all:
	@$(CHECK_CORES)
	@bash envs/build.sh fem >/dev/null || echo "without it the finite elements are left out; the rest goes on" >&2
	@$(ENTER) RECKON_COMMAND=$(call quoted,$(TYPED)) snakemake --cores $(CORES) final_table

report:
	@$(CHECK_CORES)
	@bash envs/build.sh fem >/dev/null || echo "without it the finite elements are left out; the rest goes on" >&2
	@$(ENTER) RECKON_COMMAND=$(call quoted,$(TYPED)) RECKON_PREVIOUS=$(call quoted,$(PREVIOUS)) snakemake --cores $(CORES) report

test:
	@bash envs/build.sh fem >/dev/null || echo "without it the finite elements are left out; the rest goes on" >&2
	@$(ENTER) python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder --durations 20 -m "not cluster"

test-cluster:
	@bash tests/cluster/install.sh
	@bash envs/build.sh fem >/dev/null || echo "without it the MPI test is left out; the rest goes on" >&2
	@$(ENTER) python -m pytest -m cluster -rs tests/cluster

check:
	@$(ENTER) ruff check . && ruff format --check . && mypy \
	  && snakefmt --check Snakefile workflow && snakemake --lint

# Not a test: its answer changes without any change here.
audit-dependencies:
	@bash tools/audit_dependencies.sh

python:
	@bash envs/build.sh nlp

python-fem:
	@bash envs/build.sh fem

# After an edit of a lock: the conda form of the same pins.
pins:
	@bash envs/pins.sh --write nlp
	@bash envs/pins.sh --write fem

clean:
	@for path in $(COMPUTED); do \
	  if [ -e "$$path" ]; then du -sh "$$path" | sed 's/^/removing /'; rm -rf "$$path"; fi; \
	done
