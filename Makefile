# What a stranger types; everything else is DVC's.
.DEFAULT_GOAL := run
.PHONY: run demo test lint verify bench seeds labels

PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)

run: .dvc/page.html  ## archive in, heatmap out
	dvc repro
	PYTHONPATH=src python -m handmath.commands.summary

demo: .venv/demo  ## a page to draw a line on, which reads it
	handmath demo

verify: .venv/installed  ## run it all again elsewhere and compare every output with dvc.lock
	@PYTHONPATH=src python -m handmath.commands.verify

seeds: .venv/installed  ## ten seeds of the network in params.yaml, on the images of the last run
	PYTHONPATH=src python -m handmath.commands.seeds

labels: .venv/installed  ## images of the last run whose label is probably wrong
	PYTHONPATH=src python -m handmath.commands.label_errors

bench: .venv/installed  ## side by side with the notebook's own way, as ratios
	python benchmarks/bench.py

test: lint  ## lint, types and every test
	python -m pytest -m "slow or not slow" --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: .venv/demo
	ruff check
	ruff format --check
	mypy
	lint-imports --no-cache

.dvc/page.html: .venv/installed src/handmath/figures/page.py src/handmath/figures/page.html
	PYTHONPATH=src python -m handmath.figures.page

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --requirement requirements.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/demo: requirements-demo.txt .venv/installed
	.venv/bin/python -m pip install --quiet --no-deps --requirement requirements-demo.txt
	@touch $@
