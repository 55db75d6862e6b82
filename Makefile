# Everything a person does with the project: make run, dev, test, soak, check, bench.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# Playwright's own Node needs a library that a bare system lacks; ours does not.
export PLAYWRIGHT_NODEJS_PATH ?= $(CURDIR)/$(VENV)/node-shim/node

# Node comes from a wheel; the links to it are made when the configuration is read.
NODE := $(VENV)/node-shim/node
UNIT := tests/components

# Containers often tell Python not to keep its bytecode; then each start takes twice the time.
unexport PYTHONDONTWRITEBYTECODE

# Each file of tests runs in one of so many processes: its tests share a server, and many of them wait.
BY_FILE := --dist loadfile --no-loadscope-reorder

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.installed ## install, migrate, build, serve on http://localhost:8000 (PORT=, HOST=)
	@$(PY) -m crm_app build
	@exec $(PY) -m crm_app serve --host $(HOST) --port $(PORT)

dev: $(VENV)/.installed ## reflex run with hot reload, on http://localhost:3000
	@exec $(VENV)/bin/reflex run

test: $(VENV)/.installed-dev unit ## all tests, the browser's included
	@$(PY) -m crm_app build
	@$(PY) -m tests.browser.chromium
	$(PY) -m pytest tests --ignore=tests/browser -n 4 $(BY_FILE)
	$(PY) -m pytest tests/browser -n 4 $(BY_FILE)

unit: $(UNIT)/node_modules/.package-lock.json # of the React components, a part of `make test`
	@cd $(UNIT) && $(CURDIR)/$(NODE) node_modules/vitest/vitest.mjs run

soak: $(VENV)/.installed-dev ## repeat faults for minutes: 100 kills, 200 dropped sockets, 60 seconds offline
	@$(PY) -m crm_app build
	@$(PY) -m tests.browser.chromium
	$(PY) -m pytest tests --ignore=tests/browser -m soak --soak
	$(PY) -m pytest tests/browser -m soak --soak

check: $(VENV)/.installed-dev ## format, lint, types, layer map
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/pyright
	$(PY) -m pytest -q tests/test_layers.py

bench: $(VENV)/.installed-dev ## measure server actions against API routes, load, security promises (QUICK=1: two minutes)
	@$(PY) -m crm_app build
	@$(PY) -m tests.browser.chromium
	$(PY) -m benchmarks $(if $(QUICK),--quick)
ifndef QUICK
	$(PY) -m benchmarks.actions
	$(PY) -m benchmarks.load
	$(PY) -m benchmarks.security
endif

screenshot: $(VENV)/.installed-dev ## take the README's picture of the page
	@$(PY) -m crm_app build
	$(PY) -m tests.browser.screenshot

lock: $(VENV)/.installed ## pin the requirements again
	@for name in requirements requirements-dev requirements-bootstrap; do \
		$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; \
	done

$(VENV)/.uv: requirements-bootstrap.txt
	@command -v python3 >/dev/null || { echo "python3 is missing. Install Python 3.11 or newer."; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, this is $$(python3 --version)."; exit 1; }
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Creating the virtual environment in $(VENV)..."
	@$(PY) -m pip --version >/dev/null 2>&1 || python3 -m venv --clear $(VENV)
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bootstrap.txt
	@touch $@

$(VENV)/.installed: $(VENV)/.uv requirements.txt
	@echo "Installing what the application needs..."
	@$(UV) pip install -p $(PY) --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what the tests need..."
	@$(UV) pip install -p $(PY) --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

$(NODE): | $(VENV)/.installed
	@$(PY) -c "import rxconfig"

$(UNIT)/node_modules/.package-lock.json: $(UNIT)/package-lock.json | $(NODE)
	@echo "Installing what the unit tests need..."
	@cd $(UNIT) && PATH="$(CURDIR)/$(VENV)/node-shim:$$PATH" npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: help run dev test unit soak check bench screenshot lock
