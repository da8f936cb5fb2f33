# eCoO. `make run` starts the portal on a bare machine with Python 3.11 or newer; `make` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TOOLS := chromium poppler-utils qpdf softhsm2 xmlsec1 openssl libnss3-tools xvfb
PROGRAMS := chromium pdfsig qpdf softhsm2-util xmlsec1 openssl certutil Xvfb
IN_CI := $(filter 1 true,$(CI))
export FLASK_APP := app

.PHONY: help
help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: run
run: .venv/.runs assets ## install what is missing and start the portal
	$(BIN)/flask serve

.PHONY: demo
demo: .venv/.runs assets ## lay specimen firms, applications and certificates
	$(BIN)/flask demo

.PHONY: test
test: .venv/.tests assets ## everything that decides whether a change is good (20 minutes at most)
	@if [ "$$(id -u)" = 0 ]; then $(MAKE) tools; else $(MAKE) missing; fi
	@$(MAKE) check
	$(BIN)/python -m tests.run

.PHONY: check
check: .venv/.tests ## format, lint, types, import contracts, templates (a minute)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy portal jobs tests app.py
	$(BIN)/lint-imports
	$(BIN)/python -m tests.templates

.PHONY: format
format: .venv/.tests ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: journeys
journeys: .venv/.tests assets ## every journey in its full matrix (half an hour)
	MATRIX=full $(BIN)/python -m tests.run journeys

.PHONY: bench
bench: .venv/.tests assets ## print figures; nothing passes or fails by them
	$(BIN)/python -m tests.bench

.PHONY: migration
migration: .venv/.tests ## draft a migration from the models: make migration m="add a column"
	@mkdir -p var && rm -f var/draft.sqlite3*
	$(BIN)/python -c "from portal.migrations.run import upgrade; upgrade('sqlite:///var/draft.sqlite3')"
	DATABASE_URL=sqlite:///var/draft.sqlite3 $(BIN)/alembic revision --autogenerate -m "$(m)"
	@rm -f var/draft.sqlite3*

.PHONY: tools
tools: ## as root: install the programs that the tests drive (Debian)
	@if ! $(MAKE) missing CI=1 >/dev/null 2>&1 && \
	  command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get install -y --no-install-recommends $(TOOLS) >/dev/null || \
	      { apt-get update && apt-get install -y --no-install-recommends $(TOOLS); } || true; \
	  fi
	@$(MAKE) missing

.PHONY: missing
missing:
	@for p in $(PROGRAMS); do command -v $$p >/dev/null || absent="$$absent $$p"; done; \
	if [ -n "$$absent" ]; then \
	  echo "=== MISSING:$$absent. Tests that need them are skipped; as root: make tools ===" >&2; \
	  [ -z "$(IN_CI)" ] || exit 1; \
	fi

.PHONY: clean
clean: ## remove what was installed and built; the data in var/ stays
	rm -rf .venv node_modules static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# htmx comes from npm at set-up. Without npm the portal runs whole, without script.
.PHONY: assets
assets: static/dist/.built

static/dist/.built: package-lock.json static/js/portal.js static/js/token.js portal/web/assets.py \
		portal/web/build_assets.py | .venv/.runs
	@mkdir -p static/dist; \
	if command -v npm >/dev/null && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; then \
	  $(BIN)/python -m portal.web.build_assets && touch $@; \
	elif [ -n "$(IN_CI)" ]; then \
	  echo "CI needs npm, which fetches htmx." >&2; exit 1; \
	else \
	  echo "=== npm is missing or failed: the portal runs without script ===" >&2; \
	  $(BIN)/python -m portal.web.build_assets --no-script; \
	fi

.venv/.runs: requirements.txt | .venv/bin/pip
	$(PIP) -r requirements.txt
	@touch $@

.venv/.tests: requirements-dev.txt .venv/.runs
	$(PIP) -r requirements-dev.txt
	@touch $@

.venv/bin/pip:
	@if [ -z "$(PYTHON)" ]; then \
	  echo "eCoO needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || echo none)." >&2; exit 1; fi
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "Python can't make a virtual environment here (Debian: apt-get install python3-venv)." >&2; \
	  exit 1; }
