# Every target brings the machine to where it needs it first (.ci/setup); nothing else is to be run before.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin

# make demo
RECORDING ?=
PORT ?= 8050
SCALE ?= 1
SPEED ?=
# make test: a path, or options of pytest; two processes, each with a database of its own
TESTS ?= tests
WORKERS ?= 2

.PHONY: help setup setup-tests demo test lint bench clean docs

help: ## this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@.ci/setup

setup-tests:
	@.ci/setup --tests

demo: setup ## the island storm, or RECORDING=kumamoto-2026 | noto-2024 | rivers-2025-09 (PORT= SCALE= SPEED=)
	@exec $(BIN)/hinomi demo $(if $(RECORDING),--recording "$(RECORDING)") --port "$(PORT)" \
	  --scale "$(SCALE)" $(if $(SPEED),--speed "$(SPEED)")

test: setup-tests ## every test (TESTS="tests/ingest -k river" for some)
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadgroup $(TESTS)

lint: setup ## ruff, mypy, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --cache-dir .import_linter_cache

bench: setup-tests ## the measurements, at most five minutes in all
	@timeout 300 bash -ec 'for name in ingest tiles live wall_memory; do \
	  echo "== $$name"; $(BIN)/python -m tests.bench.$$name; done'

bench-%: setup-tests ## one measurement in its long form: bench-ingest bench-tiles bench-live bench-wall_memory
	@$(BIN)/python -m tests.bench.$* --long

docs: setup ## write the generated pages of docs/ anew
	@$(BIN)/hinomi docs

clean: ## caches, build outputs and .venv; what is under var/ (databases, archive) stays
	@find . -path ./.venv -prune -o -path ./var -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist build *.egg-info
