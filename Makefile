# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint docs bench clean

demo: $(VENV)/installed  ## Grade the example submission, which has a few honest mistakes, and print the report.
	$(BIN)/backproof grade example --assignment example --seed 0

test: $(VENV)/installed  ## Run all tests, on all cores.
	$(BIN)/python -m pytest -n auto --dist worksteal --durations=10

lint: $(VENV)/installed  ## Check format, lint, directions of imports, and types.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

docs: $(VENV)/installed  ## Build the pages of docs/, and those of all checks, into site/; a warning is an error.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

bench: $(VENV)/installed  ## Profile one grade.
	$(BIN)/python benchmarks/cold_start.py

clean:
	rm -rf $(VENV) dist build site

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
