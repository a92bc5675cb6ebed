# Two commands on a fresh machine: make serve, make test.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: help serve test lint bench clean

help:
	@echo "make serve   install and run the sandbox on http://127.0.0.1:4010 (ARGS=... is passed on)"
	@echo "make test    install and run every test, type and style check"
	@echo "make lint    ruff, mypy and import contracts alone"
	@echo "make bench   compare with Prism (needs node) and print ratios"
	@echo "make clean   remove the virtual environment and caches"

$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(BIN)/.installed-test: $(BIN)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

serve: $(BIN)/.installed
	$(BIN)/mockserver serve $(ARGS)

test: $(BIN)/.installed-test
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(BIN)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(BIN)/.installed-test
	$(BIN)/python benchmarks/compare.py $(ARGS)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
