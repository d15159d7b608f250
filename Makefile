# make demo   the labeler in JupyterLab, on photographs that come along
# make test   all tests, in a real browser too
# make check  the whole gate: lint, types, layers, tests
# make bench  the benchmarks
# Each does its own set-up in .venv; a Python of 3.11 or newer and make are all it takes.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8888
DEMO ?= jlabel-demo
TESTS ?=

.PHONY: help demo test check lint types layers js bench browser clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: $(VENV)/.demo
	$(BIN)/jlabel demo --folder $(DEMO) --port $(PORT)

test: $(VENV)/.dev browser js
	$(BIN)/python -m pytest $(TESTS)

check: lint types layers test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	PATH="$(BIN):$$PATH" lint-imports

js:
	@if command -v node >/dev/null && compgen -G 'tests/js/*.test.mjs' >/dev/null; then \
		node --test tests/js/*.test.mjs; \
	else echo 'Without node the tests of the JavaScript values are left out; the browser tests still run.'; fi

bench: $(VENV)/.dev browser
	$(BIN)/python -m tests.benchmarks $(TESTS)

browser: $(VENV)/.dev
	@PATH="$(BIN):$$PATH" bash tests/browser/install.sh

clean:
	rm -rf $(VENV) build dist screenshots bench-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are renewed when pyproject.toml changes, so that a second run starts at once.
$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[demo,assist]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev,assist]'
	@touch $@ $(VENV)/.demo

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
