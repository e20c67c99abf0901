# e-Order. `make` lists the commands; `make demo` and `make test` need only Python 3.11+, make and a C library.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# the newest suitable Python, unless PYTHON names one
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	command -v $$name > /dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null \
	&& { echo $$name; break; }; done)
PYTHON := $(or $(PYTHON),python3)
VENV := .venv
RUN := $(VENV)/bin/python
PORT ?= 8000
WORKERS ?= 2
# a real plan in LKPP's published format; without one the sample plan that ships with the project is used
PLAN ?=
CODE := manage.py marketplace procurement vendors search tests

.PHONY: help demo demo-check demo-reset serve test test-long test-soak lint format constraints stop runtime tools

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: runtime ## Set everything up, walk one order from plan to payment, print the logins, serve (PLAN=FILE, PORT=N)
	@EORDER_ENV=demo exec $(RUN) manage.py demo --port $(PORT) $(if $(PLAN),--plan "$(PLAN)")

demo-check: runtime ## The same without serving; exit code 0 when the order was paid and the log verified
	@EORDER_ENV=demo exec $(RUN) manage.py demo --check $(if $(PLAN),--plan "$(PLAN)")

demo-reset: runtime ## Throw the demo's data away and start over
	@EORDER_ENV=demo exec $(RUN) manage.py demo --reset --port $(PORT) $(if $(PLAN),--plan "$(PLAN)")

serve: runtime ## Serve what is there on 127.0.0.1:PORT
	@EORDER_ENV=demo exec $(RUN) manage.py serve --port $(PORT)

test: tools ## Style, types and all tests but the long ones
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(RUN) -m pytest -n $(WORKERS) --dist loadfile -m "not long and not soak"

test-long: tools ## The long tests: races, outside programs, whole schema
	@$(RUN) -m pytest -n $(WORKERS) --dist loadfile --durations=25 -m long

test-soak: tools ## Shorter tests in their form of many minutes: storms, lives of orders, floods of forgeries
	@$(RUN) -m pytest -n $(WORKERS) --dist load --durations=25 -m soak

lint: tools ## Style, types and import contracts only
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

format: tools ## Put the code into the house style
	@$(VENV)/bin/ruff check --fix . ; $(VENV)/bin/ruff format .

constraints: tools ## Write the installed versions into constraints.txt
	@$(RUN) -m pip --version > /dev/null 2>&1 || $(RUN) -m ensurepip > /dev/null
	@{ head -1 constraints.txt; $(RUN) -m pip freeze --exclude-editable | sort -f; } > constraints.new
	@mv constraints.new constraints.txt

stop: ## Stop the private PostgreSQL
	@test ! -x $(RUN) || $(RUN) -m marketplace.database stop

runtime:
	@$(PYTHON) .ci/prepare.py $(VENV) local

tools:
	@$(PYTHON) .ci/prepare.py $(VENV) local test
