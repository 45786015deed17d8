# Every target is explained by the comment beside it: `make help` prints them.
# Needs make and Python 3.11, 3.12 or 3.13; everything else comes from the lock files.

.DEFAULT_GOAL := help
.PHONY: help run demo test test-e2e test-faults test-week check format lock bench bench-ingest bench-detection bench-detect-speed bench-live bench-dashboard bench-api bench-stats rebuild-stats openapi schema settings dashboard screenshots clean venv venv-dev

# PORT (8080) is where the gateway listens; DATA_DIR (.local) keeps all state. A relative
# DATA_DIR is relative to this folder.
export PORT
export DATA_DIR

PY := .venv/bin/python
PYTEST_ARGS ?= -n 2
LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate pyproject.toml

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | sort | \
	  awk 'BEGIN {FS = ":.*## "} {printf "  %-18s %s\n", $$1, $$2}'

run: venv ## Start everything on this machine: make run [PORT=8080] [DATA_DIR=.local]
	@exec $(PY) -m infra.local --leashed

demo: venv ## Play a believable household into the running stack: make demo [PORT=8080] [DATA_DIR=.local]
	@exec $(PY) -m infra.demo

test: venv-dev ## Run all tests but those in a browser, with coverage: make test [PYTEST_ARGS="-n 2"]
	$(PY) -m infra.local.dashboard test
	$(PY) -m pytest tests/unit tests/integration tests/faults tests/simulation --cov --cov-report=term --cov-fail-under=90 $(PYTEST_ARGS)

test-e2e: venv-dev ## Run the tests that drive the whole stack in a browser (needs Chromium)
	$(PY) -m pytest tests/e2e $(E2E_ARGS)

test-faults: venv-dev ## Kill and cut what recording depends on; nothing is lost or double: make test-faults [FAULT_ROUNDS=20] [FAULT_SEED=1]
	FAULT_ROUNDS=$${FAULT_ROUNDS:-20} $(PY) -m pytest tests/faults

test-week: venv-dev ## Compare a week of 10,000 people out of order with the same in order: make test-week [WEEK_ARGS="--users 10000"]
	$(PY) -m tests.simulation.week $(WEEK_ARGS)

check: venv-dev ## Check format, lint, types, import layers, locks, the dashboard's weight, Dockerfile and scripts, as CI does
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m pyright
	.venv/bin/lint-imports
	@for lock in "requirements.lock " "requirements-local.lock --extra local" "requirements-dev.lock --extra local --extra dev"; do \
	  set -- $$lock; name=$$1; shift; mkdir -p build/locks && cp "$$name" "build/locks/$$name" && \
	  $(LOCK) "$$@" -o "build/locks/$$name" && cmp -s "$$name" "build/locks/$$name" || \
	  { echo "$$name does not fit pyproject.toml: run make lock"; exit 1; }; \
	done
	.venv/bin/hadolint infra/Dockerfile
	$(PY) -m infra.local.dashboard check
	$(PY) -m infra.local.dashboard
	sh -n .ci/run

format: venv-dev ## Format the code and apply safe fixes
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

lock: venv-dev ## Bring the lock files up to date with pyproject.toml: make lock [LOCK_ARGS=--upgrade]
	$(LOCK) $(LOCK_ARGS) -o requirements.lock
	$(LOCK) $(LOCK_ARGS) --extra local -o requirements-local.lock
	$(LOCK) $(LOCK_ARGS) --extra local --extra dev -o requirements-dev.lock

bench: venv-dev ## Measure ingest, detection and reads under load
	$(PY) -m tests.load.bench $(BENCH_ARGS)

bench-ingest: venv-dev ## Measure single heartbeats and batches beside what PostgreSQL alone does
	$(PY) -m tests.load.bench heartbeats batches $(BENCH_ARGS)

bench-detect-speed: venv-dev ## Measure sweeps and backtests over ten million sessions beside PostgreSQL alone: make bench-detect-speed [BENCH_ARGS="--people 10000"]
	$(PY) -m tests.load.detect_speed $(BENCH_ARGS)

bench-detection: venv-dev ## Measure precision and recall on simulated people, beside plain rules: make bench-detection [BENCH_ARGS="--people 500"]
	$(PY) -m tests.simulation.people.bench $(BENCH_ARGS)

bench-live: venv-dev ## Measure 500 who follow what goes on: memory, idle CPU, how soon they hear: make bench-live [BENCH_ARGS="--listeners 100"]
	$(PY) -m tests.load.live $(BENCH_ARGS)

bench-dashboard: venv-dev ## Measure the live page with 1,000 streams, and lists of 10,000 rows, in a browser (needs Chromium): make bench-dashboard [BENCH_ARGS="--streams 200"]
	$(PY) -m tests.load.dashboard $(BENCH_ARGS)

bench-api: venv-dev ## Measure lists and details of the api over a million sessions, 50 requests a second: make bench-api [BENCH_ARGS="--keep FOLDER"]
	$(PY) -m tests.load.api_speed $(BENCH_ARGS)

bench-stats: venv-dev ## Measure statistics over a million sessions, or ten: make bench-stats [BENCH_ARGS="--town"]
	$(PY) -m tests.load.statistics_speed $(BENCH_ARGS)

rebuild-stats: venv ## Count all statistics of the running stack anew, from what is kept: make rebuild-stats [DATA_DIR=.local]
	@exec $(PY) -m infra.rebuild_statistics

dashboard: venv ## Build the dashboard that the api serves; make run does, too, where it is not built
	$(PY) -m infra.local.dashboard

screenshots: venv-dev ## Take the pictures of the dashboard in docs/images, of a stack of their own (needs Chromium)
	$(PY) -m tests.e2e.screenshots

openapi: venv-dev ## Write the OpenAPI document from the routes
	$(PY) -m infra.openapi

schema: venv-dev ## Write the schema dump from the migrations
	$(PY) -m infra.schema

settings: venv-dev ## Write the files that show every setting
	$(PY) -m infra.settings_files

clean: ## Remove what was built (.venv, the dashboard, caches); DATA_DIR stays
	rm -rf .venv build dashboard/dist dashboard/node_modules .coverage .coverage.* .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './dashboard/*' -prune -exec rm -rf {} +

# The Python that builds .venv: the first that is found with a version we support.
PYTHON ?=
BOOTSTRAP = found=; for python in "$(PYTHON)" python3.11 python3.12 python3.13 python3 python; do \
	  [ -n "$$python" ] || continue; \
	  "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { found=$$python; break; }; \
	  [ "$$python" != "$(PYTHON)" ] || break; \
	done; \
	[ -n "$$found" ] || { echo "Error: no Python 3.11, 3.12 or 3.13 was found: install one, or run make with PYTHON=its path." >&2; exit 1; }; \
	"$$found" infra/local/bootstrap.py

venv:
	@$(BOOTSTRAP) local

venv-dev:
	@$(BOOTSTRAP) dev
