# make demo   the labeler in JupyterLab, on photographs that come along
# make test   all tests, in a real browser too
# make quick  the tests that need no browser, database server or model
# make check  the whole gate: lint, types, layers, tests
# make bench  the benchmarks
# make oldest both screens in the oldest Jupyter packages that are allowed, in an environment of their own
# Each does its own set-up in .venv; a Python of 3.11 or newer and make are all it takes.

SHELL := /bin/bash
VENV := .venv
OLDEST := .venv-oldest
BIN := $(VENV)/bin
PORT ?= 8888
DEMO ?= jlabel-demo
TESTS ?=
# One worker a core, four at most, each with its own JupyterLab, browser and database server; JOBS=0 runs in one process.
JOBS ?= logical
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --maxprocesses 4 --dist load
JS := tests/js

.PHONY: help demo test quick check lint types layers js js-lint js-types js-format bench oldest browser clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: $(VENV)/.demo
	$(BIN)/jlabel demo --folder $(DEMO) --port $(PORT)

test: $(VENV)/.dev browser js
	$(COVERAGE) $(PYTEST) $(TESTS)

quick: $(VENV)/.dev
	$(PYTEST) -m 'not (browser or postgres or model)' $(TESTS)

check: lint types layers test

# Only the gate measures what the tests cover: tracing costs about a tenth of the time, before Python 3.12 more.
ifeq ($(TESTS),)
check: PYTEST += --cov --cov-report=
check: COVERAGE = COVERAGE_CORE=$(shell $(BIN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")')
endif

lint: $(VENV)/.dev js-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev js-types
	$(BIN)/mypy

layers: $(VENV)/.dev
	PATH="$(BIN):$$PATH" lint-imports

# $(call with,program,command): where the program is missing the command is left out; an automatic run fails then.
define with
@if command -v $(1) >/dev/null; then $(2); \
else \
	echo '$@: $(1) is not installed, so this check of the JavaScript is left out.' >&2; \
	case "$${CI,,}" in 1|true|yes) exit 1;; esac; \
fi
endef
npm-run = $(MAKE) --silent --no-print-directory $(JS)/node_modules/.installed && npm --prefix $(JS) run --silent $(1)

js:
	$(call with,node,node --test $(JS)/*.test.mjs)

js-lint:
	$(call with,npm,$(call npm-run,lint))

js-types:
	$(call with,npm,$(call npm-run,types))

js-format:
	$(call with,npm,$(call npm-run,format))

bench: $(VENV)/.dev browser
	$(BIN)/python -m tests.benchmarks $(TESTS)

# Not in the gate: it installs for minutes, and tells something new only when a lower bound or a package's API is touched.
oldest: $(OLDEST)/.tests browser
	$(OLDEST)/bin/python -m pytest -p no:cacheprovider -k 'labels or drawn or enlarged or box or kernel' tests/widgets/test_ipycanvas.py tests/browser/test_grid.py tests/browser/test_editor.py

browser: $(VENV)/.dev
	@PATH="$(BIN):$$PATH" bash tests/browser/install.sh
	$(call with,npm,$(MAKE) --silent --no-print-directory $(JS)/node_modules/.installed)

clean:
	rm -rf $(VENV) $(OLDEST) $(JS)/node_modules build dist screenshots bench-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are renewed when pyproject.toml changes, so that a second run starts at once.
$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[demo,assist]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev,assist]'
	@touch $@ $(VENV)/.demo

$(OLDEST)/.tests: tests/browser/oldest.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --editable '.[lab]' --requirement tests/browser/oldest.txt
	$(OLDEST)/bin/python -m pip install --quiet hypothesis matplotlib playwright pytest scikit-image
	@touch $@

$(JS)/node_modules/.installed: $(JS)/package-lock.json
	npm --prefix $(JS) ci --silent --no-audit --no-fund
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo 'jlabel needs Python 3.11 or newer. Install one, or name it: make PYTHON=/path/to/python3.12 ...' >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	"$$found" -m venv $(VENV)
