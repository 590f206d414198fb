# What a person types, and what continuous integration runs. `make help` lists it.
# Needs GNU make 3.81 or newer, and Python 3.11 or newer (PYTHON=/path/to/python chooses one).

PYTHON ?= $(shell sh scripts/python.sh)
VENV   ?= .venv
RUN    := $(VENV)/bin/python
PIP    := $(RUN) -m pip --disable-pip-version-check install --quiet
PYTEST_ARGS ?=
# Tests run in as many processes as there are processors, with one thread each; PROCESSES=0 runs them in one.
PROCESSES   ?= logical
WORKSPACE   ?= data/workspaces/demo
BENCHES     := $(filter-out benchmarks/imports.py,$(sort $(wildcard benchmarks/[a-z]*.py)))

# A stamp is named after what it stands for: it is made again when the lock changes, and only then.
digest    = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
APP_STAMP := $(VENV)/.app-$(call digest,requirements.txt)
DEV_STAMP := $(VENV)/.dev-$(call digest,requirements.txt requirements-dev.txt)

.PHONY: help app test install install-dev lint bench bench-import demo demo-model lock messages
.DEFAULT_GOAL := help

help:  ## list what can be made
	@echo "ShopperLens: make TARGET"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

app: install demo  ## set everything up and open the dashboard with the demo shop
	$(RUN) -m core app --workspace $(WORKSPACE)

test: install-dev  ## run all tests, those in a real browser too
	@$(RUN) scripts/chromium.py --remember $(VENV)/chromium
	CHROMIUM="$$(cat $(VENV)/chromium)" OMP_NUM_THREADS=1 \
		$(RUN) -m pytest -n $(PROCESSES) --maxprocesses 8 $(PYTEST_ARGS)

install: $(APP_STAMP)  ## install what the app needs

install-dev: $(DEV_STAMP)  ## install what tests, lint and benchmarks add

lint: install-dev  ## check style, types and layers
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-logo

bench: install-dev demo  ## run every benchmark, one after the other
	@for bench in $(BENCHES); do \
		echo "== $$bench"; \
		$(RUN) -m $$(echo $$bench | sed 's/\.py$$//; s#/#.#g') || exit 1; \
	done

bench-import: install-dev  ## import logs of 1, 10 and 100 million events, beside a bare read of the same files
	$(RUN) -m benchmarks.imports

demo: install  ## build the demo shop, where it is not there yet
	$(RUN) -m core demo --workspace $(WORKSPACE)

demo-model: demo  ## train the model that ships with the demo shop anew
	$(RUN) -m data.demo.train

lock: install-dev  ## write requirements*.txt from what is installed in the virtual environment
	$(RUN) scripts/lock.py

messages: install-dev  ## bring the catalogues of other languages up to date with the sentences of the code
	$(RUN) scripts/messages.py

$(RUN):
	@sh scripts/venv.sh "$(PYTHON)" "$(VENV)"

$(APP_STAMP): $(RUN)
	@echo "Installing what the app needs (some minutes the first time) ..."
	$(PIP) -r requirements.txt
	@sh scripts/openmp.sh $(RUN)
	@rm -f $(VENV)/.app-*
	@touch $@

$(DEV_STAMP): $(APP_STAMP)
	@echo "Installing what the tests need ..."
	$(PIP) -r requirements.txt -r requirements-dev.txt
	@rm -f $(VENV)/.dev-*
	@touch $@
