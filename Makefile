# Two commands do all on a machine with Python 3.11 or later and make: `make demo` and `make test`.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test soak check pictures bench bench-quick lock clean

demo: .venv/ready-to-run  ## a made-up workspace in the browser
	$(BIN)/tend demo

test: .venv/ready-to-test  ## every test
	$(BIN)/python -m pytest -n auto

soak: .venv/ready-to-test  ## the same, for an hour: kills, faults and odd input; `.ci/postgres make soak`
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.fuzz.soak --cases 100000

check: .venv/ready-to-test  ## style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready-to-run  ## how fast it is, by ratios; all of it with `.ci/postgres make bench`
	$(BIN)/python -m benchmarks

bench-quick: .venv/ready-to-run  ## the same at small sizes, in less than a minute; JSON=FILE keeps the figures
	$(BIN)/python -m benchmarks --quick $(if $(JSON),--json $(JSON))

# `CI` makes a missing Chromium a failure.
pictures: .venv/ready-to-test  ## the README's, with Chromium
	CI=true TEND_PICTURES=yes $(BIN)/python -m pytest tests/browser/test_pictures.py

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Tend needs Python 3.11 or later: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/ready-to-run: .venv/made requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/ready-to-test: .venv/made requirements-dev.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# The pinned versions, for every system and Python version, with hashes and without any index's address.
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --group build

lock: .venv/made
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --output-file requirements.txt
	$(LOCK) --group dev --output-file requirements-dev.txt

clean:
	rm -rf .venv build *.egg-info
