# What one does with a checkout. `make` alone explains.
# Everything needs only Python >= 3.11 with its venv module; PYTHON=python3.13 picks one.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
export PYTHON

.PHONY: help run test check format docs bench bench-full peers soak shift lock clean

help:
	@echo 'Use Muniment'
	@echo '  make run      install what running needs, then start everything at http://127.0.0.1:8000'
	@echo
	@echo 'Work on Muniment'
	@echo '  make test     install what tests need, then run them all    (ARGS="-k name" picks some)'
	@echo '  make check    format, lint, types, contracts on imports, missing migrations'
	@echo '  make format   put the source into the house form'
	@echo '  make docs     write docs/reference again from the code'
	@echo '  make bench    measure a center, and matching beside its peers, into docs/reference/benchmarks*.md  (bench-full: more)'
	@echo '  make soak     a million broken messages; arrivals, kills and cuts for two hours  (MINUTES=10: ten minutes)'
	@echo '  make shift    three people answer 40 inquiries in the browser while things fail  (PICTURES=folder: look at it)'
	@echo
	@echo 'Keep it up'
	@echo '  make lock     resolve dependencies anew into requirements/  (UPGRADE=--upgrade; needs uv on the PATH)'
	@echo '  make clean    remove what was built or cached; the data in var/ stay'

run:
	@scripts/install run $(VENV)
	@exec $(BIN)/muniment demo $(ARGS)

test:
	@scripts/install test $(VENV)
	$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

check:
	@scripts/install test $(VENV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@# The check compares models with migrations; that it cannot ask a database is no fault here.
	DJANGO_SETTINGS_MODULE=muniment.project.settings \
	  $(BIN)/python -W 'ignore:Got an error checking:RuntimeWarning' -m django makemigrations --check --dry-run

format:
	@scripts/install test $(VENV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs:
	@scripts/install run $(VENV)
	$(BIN)/muniment docs

bench: peers
	@scripts/install test $(VENV)
	$(BIN)/python -m bench $(ARGS)
	$(BIN)/python -m bench.peers.measure

bench-full: peers
	@scripts/install test $(VENV)
	$(BIN)/python -m bench --full $(ARGS)
	$(BIN)/python -m bench.peers.measure --people 20000 --large 400000

# What cannot be installed is named as missing in the table; the environment is made anew where the lock was changed.
peers:
	-@cmp -s bench/peers/requirements.txt .venv-peers/lock || { $(or $(PYTHON),python3) -m venv --clear .venv-peers && \
	  .venv-peers/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r bench/peers/requirements.txt && \
	  cp bench/peers/requirements.txt .venv-peers/lock; }

MINUTES = 120

soak:
	@scripts/install test $(VENV)
	$(BIN)/python -m bench.fuzz
	$(BIN)/python -m bench.soak $(MINUTES)

INQUIRIES = 40
PICTURES =

shift:
	@scripts/install test $(VENV)
	JOURNEY_INQUIRIES=$(INQUIRIES) JOURNEY_PICTURES=$(PICTURES) $(BIN)/python -m pytest tests/journeys/test_shift.py

COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-emit-find-links --custom-compile-command 'make lock' $(UPGRADE) pyproject.toml requirements/build.in

lock:
	$(COMPILE) --output-file requirements/run.txt
	$(COMPILE) --extra test --output-file requirements/test.txt
	$(COMPILE) --extra batch --output-file requirements/batch.txt
	$(COMPILE) --extra batch --extra spark --output-file requirements/spark.txt
	$(subst pyproject.toml requirements/build.in,bench/peers/requirements.in,$(COMPILE)) --output-file bench/peers/requirements.txt

clean:
	rm -rf $(VENV) .venv-* build dist src/*.egg-info src/muniment/web/static/uswds
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -prune -exec rm -rf {} +
