# make                the main job: the environment if it is missing, then every reported cell (scale demo)
# make test           the environment, then every test that needs no cluster
# make check          lint, format, types, rules
# make -s python      the interpreter of the workflow + NLP environment
# make clean          removes what was computed in this checkout, never the cache of environments and data
#
# Each recipe enters the environment by itself; nothing needs to be activated. Paths may hold spaces.
SHELL := bash
CORES ?= 8
TABLE := results/final_table.csv
ENTER := python="$$(bash envs/build.sh nlp)" && export PATH="$$(dirname "$$python"):$$PATH" PYTHONPATH="$$PWD/src" &&
COMPUTED := results .snakemake .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: all test check python pins clean

all:
	@$(ENTER) snakemake --cores $(CORES) $(TABLE)

test:
	@$(ENTER) python -m pytest -m "not cluster"

check:
	@$(ENTER) ruff check . && ruff format --check . && mypy \
	  && snakefmt --check Snakefile workflow && snakemake --lint

python:
	@bash envs/build.sh nlp

# After an edit of a lock: the conda form of the same pins.
pins:
	@bash envs/pins.sh --write nlp

clean:
	@for path in $(COMPUTED); do \
	  if [ -e "$$path" ]; then du -sh "$$path" | sed 's/^/removing /'; rm -rf "$$path"; fi; \
	done
