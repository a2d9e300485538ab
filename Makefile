# Two commands set everything up: `make demo` and `make test`. The rest is for those who work on it.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DEMO := demo-shop
WORKSPACE := my-shop
export PYTHONHASHSEED := 0
# Without bytecode every start reads the sources of all libraries anew: seconds for each command.
unexport PYTHONDONTWRITEBYTECODE
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python

.PHONY: help demo dashboard run test check lint format bench docs pictures lock clean core

help:  ## Show what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

# The stamps hold the hash of the lock, so a changed lock makes a new environment.
.venv/core-installed: requirements/core.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	@$(INSTALL) --require-hashes -r requirements/core.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/all-installed: .venv/core-installed requirements/all.lock
	@$(INSTALL) --require-hashes -r requirements/all.lock
	@touch $@

core: .venv/core-installed

demo: .venv/core-installed  ## Simulate a shop, run the main job on it, print the answers
	@$(BIN)/shopkeeper demo --folder $(DEMO)

dashboard: .venv/all-installed  ## The demo shop's dashboard, or that of your own: make dashboard WORKSPACE=my-shop
	@$(BIN)/shopkeeper dashboard --folder $(or $(wildcard $(WORKSPACE)),$(DEMO))

run: .venv/core-installed  ## The main job on your own files: make run DATA=path/to/orders.csv
	@test -n "$(DATA)" || { echo "error: name your file: make run DATA=path/to/orders.csv" >&2; exit 2; }
	@$(BIN)/shopkeeper run "$(DATA)" --folder $(WORKSPACE)

test: .venv/all-installed  ## All tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q $(PYTEST_ARGS)

check: lint  ## Format, lint, types, layers, fast tests: run before a commit
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q -m "not slow and not browser and not postgres"

lint: .venv/all-installed  ## The first half of check, without tests
	@$(BIN)/ruff format --check src tests benchmarks tools
	@$(BIN)/ruff check src tests benchmarks tools
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: .venv/all-installed  ## Format and mend what can be mended
	@$(BIN)/ruff format src tests benchmarks tools
	@$(BIN)/ruff check --fix-only src tests benchmarks tools

docs: .venv/all-installed  ## Generate reference, architecture tree and compiled SQL
	@$(BIN)/python tools/generate.py

pictures: .venv/all-installed demo  ## Take the pictures of the README anew
	@$(BIN)/python tools/pictures.py $(DEMO)

bench: .venv/all-installed  ## Measure speed and memory; writes benchmarks/results
	@$(BIN)/python benchmarks/main_job.py

lock: .venv/core-installed  ## Lock the dependencies again, with hashes and without addresses
	@$(BIN)/python tools/lock.py

clean:  ## Remove the environment and all that is made
	@rm -rf .venv $(DEMO) $(WORKSPACE) build dist artifacts .mypy_cache .ruff_cache .hypothesis
