# Two commands do all on a machine with Python 3.11 or later and make: `make demo` and `make test`.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-all test-rest shipped image-check wheel sbom release soak mutants check docs pictures bench \
	bench-quick lock clean

demo: .venv/ready-to-run  ## a made-up workspace in the browser
	$(BIN)/tend demo

# Each worker takes tests off the others when it has none left; all of them, and the processes that tests start, find
# compiled what one has compiled, whatever the environment says.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal
# What takes minutes or needs more than Python: processes, Chromium, PostgreSQL.
REST := slow or browser or postgres

test: .venv/ready-to-test  ## the tests that need nothing but Python, in a few minutes
	$(PYTEST) -m "not ($(REST))"

test-rest: .venv/ready-to-test  ## all the others: `.ci/postgres make test-rest`
	HYPOTHESIS_PROFILE=ci $(PYTEST) -m "$(REST)"

test-all: .venv/ready-to-test  ## every test, with more examples: `.ci/postgres make test-all`
	HYPOTHESIS_PROFILE=ci $(PYTEST)

shipped: .venv/ready-to-test  ## what is shipped, installed into empty environments: each program is started and used
	TEND_SHIPPED=yes $(BIN)/python -m pytest tests/shipped

# Needs root, buildah and debootstrap: `apt-get install buildah debootstrap`.
image-check: .venv/ready-to-test  ## the Dockerfile, carried out on a Debian and used with a read-only root; five minutes or more
	TEND_IMAGE=yes $(BIN)/python -m pytest tests/shipped/test_image.py

wheel: .venv/ready-to-test  ## the wheel, in dist/
	rm -rf build dist/*.whl
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

sbom: .venv/ready-to-test  ## what is in a release, as CycloneDX, in dist/
	mkdir -p dist
	$(BIN)/python deploy/sbom.py > dist/sbom.json

release: sbom  ## check that tag, changelog, documents, wheel and image agree, and put a release's files into dist/
	$(BIN)/python deploy/release.py

soak: .venv/ready-to-test  ## for an hour or two: kills, everything at once, odd input, properties at random; `.ci/postgres make soak`
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.fuzz.soak --cases 100000
	HYPOTHESIS_PROFILE=soak $(PYTEST) -m hypothesis
	HYPOTHESIS_PROFILE=soak $(PYTEST) -m slow tests/reliability

mutants: .venv/ready-to-test  ## small mistakes made on purpose: which no test notices; ALL=1 makes them all, AREA=scoring some
	nice -n 10 $(BIN)/python -m tests.mutants $(AREA) $(if $(ALL),--all) $(if $(SEED),--seed $(SEED))

check: .venv/ready-to-test  ## style, types, who may import whom, and that what is imported is declared
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/deptry . --exclude '\.venv|\.ci' --ignore DEP002,DEP004  # the tests too, which may use what only they need
	$(BIN)/lint-imports

docs: .venv/ready-to-document  ## the documentation as a site, in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict  # not --quiet: what isn't shown doesn't stop it

bench: .venv/ready-to-run  ## how fast it is, by ratios; all of it with `.ci/postgres make bench`
	$(BIN)/python -m benchmarks

bench-quick: .venv/ready-to-run  ## the same at small sizes, in a minute or two; JSON=FILE keeps the figures
	$(BIN)/python -m benchmarks --quick $(if $(JSON),--json $(JSON))

# `CI` makes a missing Chromium a failure.
pictures: .venv/ready-to-test  ## of the README and docs/, with Chromium
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

.venv/ready-to-document: .venv/ready-to-test requirements-docs.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.txt
	touch $@

# The pinned versions, for every system and Python version, with hashes and without any index's address.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
LOCK := $(COMPILE) pyproject.toml --group build

lock: .venv/made
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --output-file requirements.txt
	$(LOCK) --group dev --output-file requirements-dev.txt
	$(COMPILE) --group docs --constraint requirements-dev.txt --output-file requirements-docs.txt
	$(COMPILE) --group crm --constraint requirements.txt --output-file requirements-crm.txt

clean:
	rm -rf .venv build *.egg-info
