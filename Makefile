# Each target is a thin name for one command. On Windows, use WSL.

PYTHON ?= $(firstword $(foreach v,python3.12 python3.11 python3.13 python3,$(if $(shell $v --version 2>/dev/null),$v)))
CORES ?= 4
BIN := .venv/bin
export PYTHONHASHSEED := 0

.PHONY: help study test check report reproduce bench validation lock clean

help:
	@echo "make study      build every study of config.yaml (makes .venv first)"
	@echo "make test       run the tests"
	@echo "make check      ruff, snakefmt, snakemake --lint, types"
	@echo "make report     Snakemake's own report, in report/"
	@echo "make reproduce  rebuild results/ elsewhere and compare with what is committed"
	@echo "make bench      speeds, as ratios"
	@echo "make validation run the methods on planted studies again (an hour)"
	@echo "make lock       resolve requirements.lock again (needs uv)"

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; this is " + sys.version.split()[0] + ". Say which one: make study PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	touch $@

study: .venv/installed
	$(BIN)/snakemake --cores $(CORES)

test: .venv/installed
	$(BIN)/python -m pytest -n 2 --dist loadgroup tests

check: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint
	$(BIN)/mypy

report: .venv/installed
	mkdir -p report
	$(BIN)/snakemake --cores $(CORES)
	$(BIN)/snakemake --cores 1 --report report/barometre.html

reproduce: .venv/installed
	$(BIN)/python -m barometre reproduce --cores $(CORES)

bench: .venv/installed
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_ingest

validation: .venv/installed
	$(BIN)/snakemake --cores $(CORES) --forcerun validate_room -- validation

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf data/processed logs benchmarks report .snakemake
