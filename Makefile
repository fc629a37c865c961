# The front door. Needs Python 3.11+, make and git; everything else it installs into .venv from requirements.lock.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
OLDEST := $(VENV)/oldest

.DEFAULT_GOAL := help
.PHONY: help env fmt check build diff release compare test test-oldest lint bench lock clean new report version publish

help:            ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY)    ## make the environment (the other commands do it by themselves)

# Wheels only, but for one small package that has none (mlcroissant needs it).
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.11" % v[:2])'
	@echo "making the environment in $(VENV) (once, a minute or two)" >&2
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@test -t 2 || quiet=--quiet; \
	$(BIN)/python -m pip install $$quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-binary jsonpath-rw --use-pep517 -r requirements.lock
	@touch $@

fmt: $(READY)    ## bring data/*.csv and schemas/README.md into their one form
	@$(BIN)/python -m scripts.fmt

new: $(READY)    ## add a row: make new TABLE=target_dates
	@$(BIN)/python -m scripts.new "$$TABLE"

# What is given as FORMAT=… reaches the commands by the environment: no text of a caller is run as shell.
check: $(READY)  ## report everything that is wrong with the data, in one run [FORMAT=github|json BASE=origin/main]
	@$(BIN)/python -m scripts.check $(if $(FORMAT),--format "$$FORMAT") $(if $(BASE),--changed-since "$$BASE")

build: $(READY)  ## check, then make the folder dist/<version>/ (a development build)
	@$(BIN)/python -m scripts.build

diff: $(READY)   ## compare the data with BASE=<tag, commit or release folder> (FORMAT=text, markdown or json)
	@$(BIN)/python -m scripts.diff $(if $(FORMAT),--format "$$FORMAT") -- "$$BASE"

release: $(READY) ## cut the release that pyproject.toml names: dist/releases/<version>/
	@$(BIN)/python -m scripts.release

compare: $(READY) ## compare the flown missions with two lists that others made
	@$(BIN)/python -m scripts.compare

report: $(READY) ## report what depends on the day: targets that passed, quality figures [LINKS=1 for dead links]
	@$(BIN)/python -m scripts.report $(if $(FORMAT),--format "$$FORMAT") $(if $(LINKS),--links)

test: $(READY)   ## run the whole test suite and the linters
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/actionlint
	@$(BIN)/zizmor --offline --quiet --no-progress --persona pedantic .github
	@$(BIN)/python -m pytest --runslow --numprocesses auto --dist worksteal

# Not locked: the point is the oldest versions that the wheel says it works with, and pip takes them from there.
test-oldest: build ## try the built wheel with the oldest pandas and pyarrow that it allows
	@rm -rf $(OLDEST)
	@$(PYTHON) -m venv $(OLDEST)
	@$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
	  $$($(BIN)/python -m tests.oldest pins) dist/$$($(BIN)/python -m tests.oldest version)/*.whl
	@$(OLDEST)/bin/python -I tests/oldest.py try dist/$$($(BIN)/python -m tests.oldest version)

bench: $(READY)  ## time check, build, load and as_of against their peers [SIZES=1000000 SKIP=frictionless]
	@$(BIN)/python -m scripts.bench $(if $(SIZES),--sizes $$SIZES) $(if $(SKIP),--skip $$SKIP)

version:         ## print the version, as the release workflow reads it
	@awk -F '"' '/^version = / {print "version=" $$2}' pyproject.toml

publish:         ## attach dist/releases/<version>/ to the host's release of TAG=v<version> (needs gh; the workflow calls it)
	@find "dist/releases/$${TAG#v}" -maxdepth 1 -type f -exec gh release create "$$TAG" --verify-tag --title "$$TAG" \
		--notes-file "dist/releases/$${TAG#v}/NOTES.md" {} +

lock:            ## renew requirements.lock from pyproject.toml (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --extra dev pyproject.toml -o requirements.lock

clean:           ## remove everything that can be made again; releases stay
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@if [ -d dist ]; then find dist -mindepth 1 -maxdepth 1 ! -name releases -exec rm -rf {} +; fi
