# Everything that a fresh machine needs is set up here: Python 3.11 or newer, git and make are enough.

PYTHON ?= python3
PORT ?= 8123
DATA_DIR ?= demo-data
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types check check-long bench clean

# The runtime alone: what a user of the service installs.
$(BIN)/dsm: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

# And what the tests need on top.
$(VENV)/.dev: $(BIN)/dsm
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	touch $@

demo: $(BIN)/dsm
	$(BIN)/dsm demo --port $(PORT) --data-dir "$(DATA_DIR)"

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -rs -n 2 -m "not long"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

check: lint types test

check-long: check
	$(BIN)/python -m pytest -q -m long

# Figures beside peers in the same run; N=1000000 for more observations.
N ?= 100000
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks --observations $(N)

clean:
	rm -rf $(VENV) demo-data build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
