# make run · make test · make check · make bench · make smoke · make e2e · make types
# Everything a target needs is set up by the target; nothing is installed by hand.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
PWA_SOURCES := $(shell find pwa/src pwa/static pwa/build pwa/index.html pwa/vite.config.ts pwa/package.json -type f 2>/dev/null)
TESTS ?= tests
# One more than the two cores they need: some always wait, for a lease to run out or a phone to answer.
WORKERS ?= 3
# What the tests write lies in memory where there is room, so that no commit of theirs waits for a disk.
IN_MEMORY := $(shell [ "$$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)" -gt 6000000 ] 2>/dev/null && echo TMPDIR=/dev/shm)
# Hundreds of processes read the same code: each file is compiled once, whatever this machine thinks of such files.
PYTEST := $(IN_MEMORY) PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --max-worker-restart 0

.DEFAULT_GOAL := help
.PHONY: help run setup test chaos e2e check types bench smoke audit packages clean

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/ —/'

run: setup ## Start web + worker + sandbox CA with demo data (PORT, SANDBOX_PORT, DATA_DIR, TLS=1)
	@$(BIN)/python -m backend.start

setup: .venv/.runtime pwa/dist/.built backend/adapters/pdf/fonts/.made

.venv/.runtime: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Python packages…"
	@$(PIP) -r requirements.lock
	@touch $@

.venv/.development: requirements-dev.lock .venv/.runtime
	@echo "Installing the tools of the tests…"
	@$(PIP) -r requirements-dev.lock
	@touch $@

pwa/node_modules/.installed: pwa/package-lock.json
	@echo "Installing front-end packages…"
	@cd pwa && npm ci --silent --no-audit --no-fund
	@touch $@

pwa/dist/.built: pwa/node_modules/.installed $(PWA_SOURCES)
	@echo "Building the app…"
	@cd pwa && npm run --silent build
	@touch $@

backend/adapters/pdf/fonts/.made: pwa/node_modules/.installed backend/adapters/pdf/fonts.py .venv/.runtime
	@$(BIN)/python -m backend.adapters.pdf.fonts
	@touch $@

packages: ## Install what the tests need from Debian's packages (needs root), or say what is missing
	@sh tests/support/packages.sh

test: setup .venv/.development packages ## Run every test, or TESTS=<path>
	@cd pwa && npm run --silent test
	@$(PYTEST) $(TESTS)

chaos: setup .venv/.development packages ## The long runs: 200 kills on each database, mutated signatures, forged callbacks
	@$(PYTEST) -m long -o faulthandler_timeout=3600 -rP $(TESTS)

e2e: setup .venv/.development packages ## Run the browser tests only; screenshots land in docs/pictures
	@PICTURES=1 $(BIN)/python -m pytest tests/e2e

check: setup .venv/.development ## Lint, types, import contracts, generated files fresh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy backend shared_schemas
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m backend.cli openapi --check
	@$(BIN)/python -m backend.cli settings --check
	@cd pwa && npm run --silent lint && npm run --silent typecheck && npm run --silent types:check

types: .venv/.runtime pwa/node_modules/.installed ## Write openapi.json, the TypeScript types and docs/settings.md anew
	@$(BIN)/python -m backend.cli openapi
	@$(BIN)/python -m backend.cli settings
	@cd pwa && npm run --silent types

bench: setup .venv/.development packages ## Measure the performance goals; results in tests/benchmarks/results
	@$(BIN)/python -m tests.benchmarks

smoke: .venv/.runtime ## Drive a running instance through the main job: BASE_URL=… (or PORT, SANDBOX_PORT, DATA_DIR as at its start) [ARGS=--json]
	@$(BIN)/python -m backend.smoke --base-url $(or $(BASE_URL),http://localhost:$(or $(PORT),8000)) \
		--sandbox-url http://localhost:$(or $(SANDBOX_PORT),8001) --people $(or $(DATA_DIR),var)/demo.json $(ARGS)

audit: .venv/.runtime ## Check the invariants I1–I12 of an installation: DATABASE_URL, DATA_DIR [ARGS="--days 3"]
	@$(BIN)/python -m backend.cli audit $(ARGS)

clean: ## Remove what was built and installed (data in var/ stays)
	@rm -rf .venv pwa/node_modules pwa/dist backend/adapters/pdf/fonts/*.ttf backend/adapters/pdf/fonts/.made
