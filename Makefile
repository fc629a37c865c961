# The front door. Needs Python 3.11+, make and git; everything else it installs into .venv from requirements.lock.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help env fmt check build compare test lint bench lock clean

help:            ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY)    ## make the environment (the other commands do it by themselves)

# Wheels only, but for one small package that has none (mlcroissant needs it).
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.11" % v[:2])'
	@echo "making the environment in $(VENV) (once, a minute or two)" >&2
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@test -t 2 || quiet=--quiet; \
	$(BIN)/python -m pip install $$quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-binary jsonpath-rw -r requirements.lock
	@touch $@

fmt: $(READY)    ## bring data/*.csv and schemas/README.md into their one form
	@$(BIN)/python -m scripts.fmt

check: $(READY)  ## report everything that is wrong with the data, in one run
	@$(BIN)/python -m scripts.check

build: $(READY)  ## check, then make the release folder dist/<version>/
	@$(BIN)/python -m scripts.build

compare: $(READY) ## compare the flown missions with two lists that others made
	@$(BIN)/python -m scripts.compare

test: $(READY)   ## run the whole test suite and the linters
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/python -m pytest --runslow

bench: $(READY)  ## time check, build, load and as_of against their peers [SIZES=1000000 SKIP=frictionless]
	@$(BIN)/python -m scripts.bench $(if $(SIZES),--sizes $$SIZES) $(if $(SKIP),--skip $$SKIP)

lock:            ## renew requirements.lock from pyproject.toml (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --extra dev pyproject.toml -o requirements.lock

clean:           ## remove everything that can be made again
	@rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
