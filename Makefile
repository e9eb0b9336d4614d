# Start with `make run` and `make test`; the other targets are for contributors.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
TEST = COVERAGE=$(COVERAGE) sh tools/test.sh $(BIN)/python
PAGES := directory_api/features/pages
CATALOGUES := directory_api/features/desk/locale
LIGHTHOUSE := tools/lighthouse/node_modules
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --only-binary :all:

.PHONY: run test test-browser test-system test-all test-bare test-lowest coverage check fix bench bench-here bench-peers bench-peers-here load faults mutants trace docs docs-here docs-generated demo openapi frontend locale speaker texts-export texts-import admin-texts screenshots lighthouse lock wordpress dist first-server release-check release-check-here clean

run: $(VENV)/run.stamp ## Load data/ and serve it
	@$(BIN)/directory-api load --quiet
	@exec $(BIN)/directory-api serve --host $(HOST) --port $(PORT)

test: $(VENV)/dev.stamp ## Run the tests that need Python alone; COVERAGE=1 measures, WITHOUT="pages desk" deletes features first
	@$(if $(WITHOUT),$(BIN)/python -m tools.without $(WITHOUT) -- $(ARGS),$(TEST) quick $(ARGS))

test-browser: $(VENV)/dev.stamp ## Run the tests of the pages in Chromium (needs chromium, npm)
	@$(TEST) browser $(ARGS)

test-system: $(VENV)/dev.stamp ## Run the tests of servers, nginx and PostgreSQL (needs nginx)
	@$(TEST) system $(ARGS)

test-all: $(VENV)/dev.stamp ## Run every test with every case, about an hour; `.ci/install` installs what they need
	@$(TEST) all $(ARGS)

coverage: $(VENV)/dev.stamp ## Report what the tests measured with COVERAGE=1 have reached
	@sh tools/coverage.sh $(BIN)/python

test-bare: ## Run `make test` in a new Debian with Python, make and git alone (needs root, mmdebstrap)
	@sh tools/bare_debian.sh

test-lowest: ## Run the unit tests with the lowest versions that pyproject.toml allows
	@$(PYTHON) -m venv --clear .venv-lowest
	@.venv-lowest/bin/python -m pip install --disable-pip-version-check --quiet uv
	@.venv-lowest/bin/uv pip install --python .venv-lowest --quiet --resolution lowest-direct --group dev --editable ".[brotli,flyer,gunicorn,mcp,passkeys,postgres]"
	@.venv-lowest/bin/python -m pytest -q -n 2 tests/unit $(ARGS)

check: $(VENV)/dev.stamp ## Lint, types, layers, words
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.prose

fix: $(VENV)/dev.stamp ## Format, and apply the fixes that ruff knows
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# In an environment that contains only the packages of a server: geopy imports some packages of the
# test tools if they are installed, and these would count as memory of the server.
bench: ## Measure; ARGS=--write updates the tables of docs/PERFORMANCE.md
	@$(MAKE) --no-print-directory VENV=.venv-bench bench-here

bench-here: $(VENV)/run.stamp
	@$(BIN)/python -m tools.bench $(ARGS)

bench-peers: ## Measure other ways to find the nearest, beside ours (installs them)
	@$(MAKE) --no-print-directory VENV=.venv-bench bench-peers-here

bench-peers-here: $(VENV)/run.stamp
	@$(BIN)/python -m tools.peers $(ARGS)

load: ## Send a server the requests of a campaign day, for a minute
	@$(MAKE) --no-print-directory bench ARGS="--only load $(ARGS)"

faults: $(VENV)/dev.stamp ## Cause faults, and print what held; ARGS=--full for every try
	@$(BIN)/python -m pytest tests/faults --table=faults -o faulthandler_timeout=3600 $(ARGS)

mutants: $(VENV)/dev.stamp ## Change the code in small ways, and print which changes no test notices; N=7 takes another sample
	@$(BIN)/mutmut run "*__mutmut_$(or $(N),6)"
	@$(BIN)/mutmut results | grep -v "not checked"

trace: $(VENV)/dev.stamp ## Print the files that nine requests pass through
	@$(BIN)/python -m tools.trace

# In a separate environment: neither the server nor the tests need these packages.
docs: $(VENV)/dev.stamp ## Build the documentation site into site-docs
	@$(BIN)/python -m tools.guide
	@$(MAKE) --no-print-directory VENV=.venv-docs docs-here

docs-here: $(VENV)/docs.stamp
	@$(BIN)/zensical build --strict --clean

docs-generated: $(VENV)/dev.stamp ## Write the generated parts of docs/ from the code, and the guide in other languages
	@$(BIN)/python -m tools.generated_docs
	@$(BIN)/python -m tools.guide

demo: $(VENV)/run.stamp ## Build a demonstration with invented data into build/demo; URL=https://... adds the page for partners
	@$(BIN)/python -m tools.demo build/demo $(if $(URL),--url $(URL))

openapi: $(VENV)/dev.stamp ## Write openapi.yaml, openapi-editing.yaml and openapi-hsds.yaml from the code
	@DIRECTORY_DATA=tests/data $(BIN)/python -m tools.openapi

frontend: $(PAGES)/node_modules/.package-lock.json ## Build the scripts of the pages (needs Node.js and npm)
	@cd $(PAGES) && npm run --silent build

$(PAGES)/node_modules/.package-lock.json: $(PAGES)/package-lock.json
	@cd $(PAGES) && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

locale: $(VENV)/dev.stamp ## Add KEY after AFTER to the texts of every language; EN, NL, FR, DE
	@$(BIN)/python -m tools.locale "$(KEY)" --after "$(AFTER)" --en "$(EN)" --nl "$(NL)" --fr "$(FR)" --de "$(DE)"

speaker: $(VENV)/dev.stamp ## Print the texts of a language for the person who reviews them, the most harmful screen first: TAG=tr
	@$(BIN)/python -m tools.speakers $(TAG)

texts-export: $(VENV)/dev.stamp ## Write the texts for visitors as Weblate reads them: FOLDER=../directory-texts
	@$(BIN)/python -m tools.speakers --export "$(FOLDER)"

texts-import: $(VENV)/dev.stamp ## Take over what was translated there: FOLDER=../directory-texts
	@$(BIN)/python -m tools.speakers --import "$(FOLDER)"

admin-texts: $(VENV)/dev.stamp ## Put the texts of /admin into the catalogues of their translations
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-location --sort-output --output build/messages.pot directory_api
	@$(BIN)/pybabel --quiet update --no-wrap --ignore-obsolete --ignore-pot-creation-date --input-file build/messages.pot --output-dir $(CATALOGUES)

screenshots: $(VENV)/dev.stamp ## Take the screenshots of the documentation (needs chromium); ARGS=guide those of the guide alone
	@$(BIN)/python -m tools.screenshots $(ARGS)

lighthouse: $(VENV)/dev.stamp $(LIGHTHOUSE)/.package-lock.json ## Score the page for visitors (needs chromium, npm)
	@$(BIN)/python -m tools.lighthouse

$(LIGHTHOUSE)/.package-lock.json: tools/lighthouse/package-lock.json
	@cd tools/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

lock: ## Resolve requirements*.txt (needs uv)
	@sh tools/lock.sh

wordpress: ## Build the plugin for WordPress, dist/nearest-centre.zip
	@mkdir -p dist && rm -f dist/nearest-centre.zip
	@cd integrations/wordpress && $(PYTHON) -m zipfile -c $(CURDIR)/dist/nearest-centre.zip nearest-centre

dist: $(VENV)/dev.stamp ## Build the source archive and the wheel
	@$(BIN)/python -m build --sdist --wheel --no-isolation

first-server: $(VENV)/dev.stamp ## Follow docs/operating.md in a new Debian (needs root, mmdebstrap, pebble)
	@$(BIN)/python -m tools.first_server

# In an environment of its own: cyclonedx-bom would bring packages that neither server nor tests need.
release-check: ## Build all that a release publishes twice, compare, try and print it (needs npm)
	@$(MAKE) --no-print-directory VENV=.venv-release release-check-here

release-check-here: $(VENV)/release.stamp
	@$(BIN)/python -m tools.release $(ARGS)

clean: ## Remove the environment and all generated files
	rm -rf $(LIGHTHOUSE) $(VENV) .venv-bench .venv-docs .venv-lowest .venv-peers .venv-release var dist build site-docs .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make environments; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/run.stamp: requirements.txt pyproject.toml directory_api/__init__.py | $(VENV)/bin/python
	@echo "Installing what is locked in requirements.txt ..."
	@$(INSTALL) -r requirements.txt
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "Installing what is locked in requirements-dev.txt ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

$(VENV)/docs.stamp: requirements-docs.txt | $(VENV)/bin/python
	@echo "Installing what is locked in requirements-docs.txt ..."
	@$(INSTALL) -r requirements-docs.txt
	@touch $@

$(VENV)/release.stamp: tools/release/requirements.txt | $(VENV)/bin/python
	@echo "Installing what is locked in tools/release/requirements.txt ..."
	@$(INSTALL) -r tools/release/requirements.txt
	@touch $@
