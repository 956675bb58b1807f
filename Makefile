# What a person types. `make` alone lists it.
# Everything runs from .venv, which is made on first use and kept in step with requirements/.

# Named here only to be tried in order; `make PYTHON=/path/to/python` puts another one first.
PYTHON ?=
CANDIDATES = $(PYTHON) python3 python3.13 python3.12 python3.11
USABLE = import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

VENV = .venv/bin/python
INSTALL = $(VENV) -m pip install --quiet --disable-pip-version-check
COMPILE = $(VENV) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --annotation-style line --custom-compile-command "make lock" \
	$(ARGS) pyproject.toml

.DELETE_ON_ERROR:
.PHONY: help setup run test check still format lint imports types fragments ladders cases docs cover bench atlases validity shots lock tidy

help: ## list the commands
	@sed -n 's/^\([a-z]*\):[^#]*## /\1: /p' Makefile | column -t -s: 2>/dev/null \
	|| sed -n 's/^\([a-z]*\):[^#]*## /\1: /p' Makefile

# --- using ------------------------------------------------------------------------------------

setup: .venv/dev.stamp ## make .venv with everything needed to work on whennot

# Words that begin with no dash are a verb of their own: `make run ARGS="play card-fraud"`.
WEB = $(if $(PORT),--port $(PORT)) $(if $(HOST),--host $(HOST)) $(ARGS)
run: .venv/run.stamp ## open whennot in the browser; ARGS=--no-browser, PORT, HOST; ARGS="play" stays in the terminal
	@exec .venv/bin/whennot $(if $(filter-out -%,$(firstword $(ARGS))),$(ARGS),web $(WEB))

# --- working on it ----------------------------------------------------------------------------

# Two processes share the whole suite. Part of it, named in ARGS, runs in one: it is done before
# a second one has started. Chunks of neighbors, not single tests, so that fixtures are made once.
WHOLE = -n 2 --dist worksteal
test: .venv/dev.stamp ## run the whole default suite; ARGS="-k trust" narrows it, COVER=1 holds the floor
	$(if $(COVER),$(VENV) -m coverage erase)
	$(VENV) $(if $(COVER),-m coverage run) -m pytest $(or $(ARGS),$(WHOLE))
	$(if $(COVER),$(VENV) -m coverage combine --quiet)
	$(if $(COVER),$(VENV) -m coverage report)

check: still cover ## all that must hold before a change lands

still: format lint imports types fragments ladders cases docs ## all of it but the suite

format: .venv/dev.stamp
	$(VENV) -m ruff format --check .

lint: .venv/dev.stamp
	$(VENV) -m ruff check .

imports: .venv/dev.stamp
	.venv/bin/lint-imports --no-logo

# A case's script belongs to no package, and two have the same name.
types: .venv/dev.stamp
	$(VENV) -m mypy
	@for script in src/whennot/shelves/cases/*/ladder.py; do $(VENV) -m mypy "$$script" || exit; done

# The draft fails on a misnamed fragment; the second line on a branch that brings none.
fragments: .venv/dev.stamp
	$(VENV) -m towncrier build --draft --version next >/dev/null
	@! git rev-parse --quiet --verify origin/main >/dev/null 2>&1 || $(VENV) -m towncrier check

ladders: .venv/dev.stamp
	OMP_NUM_THREADS=1 $(VENV) tools/refit_ladders.py

cases: .venv/dev.stamp
	.venv/bin/whennot check

docs: .venv/dev.stamp ## build the documentation into docs/_build/html
	$(VENV) -m sphinx -n -W --keep-going -q -d docs/_build/doctrees docs docs/_build/html

cover:
	@$(MAKE) --no-print-directory test COVER=1

bench: .venv/bench.stamp ## measure the simulator against its peers, the pages against their budgets
	$(VENV) bench/engine.py --check $(ARGS)
	$(VENV) bench/web.py --check $(ARGS)

atlases: .venv/dev.stamp ## build the atlas of every case again; a minute or two each
	@for case in src/whennot/shelves/cases/*/; do \
		.venv/bin/whennot atlas build "$$(basename "$$case")" || exit; done

validity: .venv/dev.stamp ## measure how far the verdicts can be trusted, and write the page
	$(VENV) tools/validity.py $(ARGS)

shots: .venv/dev.stamp ## take a picture of every page, to be looked at; ARGS="--only decide,home" takes some
	$(VENV) tools/shots.py $(ARGS)

tidy: .venv/dev.stamp ## format the code and apply the safe fixes
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .

# dev first: the other two are held to its versions, so that one .venv serves all three.
lock: .venv/dev.stamp ## renew requirements/*.lock; ARGS=--upgrade takes newer versions
	$(COMPILE) --group dev --output-file requirements/dev.lock
	$(COMPILE) --group build --constraint requirements/dev.lock --output-file requirements/run.lock
	$(COMPILE) --group build --group bench --constraint requirements/dev.lock --output-file requirements/bench.lock
	@! grep -nE '://|^-' requirements/*.lock || { echo "a lock file names an address" >&2; exit 1; }

# --- .venv ------------------------------------------------------------------------------------

.venv/bin/python:
	@for python in $(CANDIDATES); do \
		if "$$python" -c '$(USABLE)' >/dev/null 2>&1; then exec "$$python" -m venv .venv; fi; \
	done; \
	echo "whennot needs Python 3.11, 3.12 or 3.13 with its venv module, and found none." >&2; \
	echo "Tried: $(CANDIDATES)." >&2; \
	echo "On Debian and Ubuntu: apt-get install python3-venv. Elsewhere: make PYTHON=/path/to/python3.12" >&2; \
	exit 1

# The lock files pin every package by hash; whennot itself is linked in, so edits count at once.
.venv/%.stamp: requirements/%.lock pyproject.toml | .venv/bin/python
	@echo "Installing requirements/$*.lock into .venv (once; takes a minute or two)" >&2
	@$(VENV) -m pip --version >/dev/null 2>&1 || $(VENV) -m ensurepip >/dev/null
	@$(INSTALL) --require-hashes -r requirements/$*.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
