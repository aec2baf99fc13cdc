# The one set of commands for people, pre-commit and CI. Variables: PYTHON (interpreter of .venv), CRDS (folder of CRD files).
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
READY := .venv/.complete
CODE := server tests tools evals
PYTEST := $(BIN)/python -m pytest -n auto

.PHONY: help setup demo test check docs snapshots schemas evals bench kube browser conformance package hosts constraints clean

help: ## show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

$(READY): constraints.txt constraints-dev.txt pyproject.toml
	@PYTHON='$(PYTHON)' tools/setup.sh

setup: $(READY) ## make .venv with the pinned packages (every other target does it when it is needed)

demo: $(READY) ## start the MCP server, connect to it and validate the demo mesh
	@$(BIN)/service-mesh demo

test: $(READY) ## run the tests
	@$(PYTEST)

check: $(READY) ## format, lint, types, directions of imports, freshness of generated pages
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy $(CODE)
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.docs --check

docs: $(READY) ## write the generated pages anew
	@$(BIN)/python -m tools.docs

snapshots: $(READY) ## write the snapshots of the tests anew; review them as a diff
	@SERVICE_MESH_UPDATE_SNAPSHOTS=1 $(PYTEST)

schemas: $(READY) ## build the catalogue from CRD files: make schemas CRDS=FOLDER
	@if [ -z '$(CRDS)' ]; then echo 'make schemas: name the folder of CRD files, as in: make schemas CRDS=../crds' >&2; exit 2; fi
	@$(BIN)/python -m tools.build_catalogue --crds '$(CRDS)'

evals: $(READY) ## run the evaluation cases through a real MCP client
	@$(BIN)/python -m evals.run

bench: $(READY) ## measure; docs/benchmarks.md holds the figures
	@$(BIN)/python -m tools.bench

kube: $(READY) ## build the API server that judges our verdicts (needs Go; else its tests are skipped)
	@$(BIN)/python -m tests.kube.binaries

browser: ## install Chromium where that is possible (else the tests that open pages are skipped)
	@tools/browser.sh

conformance: $(READY) ## print the disagreements with the cases of other projects (SERVICE_MESH_CORPORA=FOLDER)
	@$(BIN)/python -m tools.conformance

package: ## write the packaged skill and plugin to dist/
	@$(or $(PYTHON),python3) tools/package_skill.py

hosts: $(READY) package ## check the packaged skill with the validators of the hosts
	@tools/hosts.sh

constraints: ## pin all packages anew (needs uv)
	@tools/constraints.sh

clean: ## remove .venv, dist and every cache of the checkout
	@rm -rf .venv dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
