# What people type first; the rest is done with dvc.
.DEFAULT_GOAL := help
.PHONY: help run verify demo seeds labels bench wheel test test-all lint dev

PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: .dvc/page.html  ## install, run the pipeline from the archive to the figures, print the results
	PYTHONPATH=src python -m handmath.commands.repro
	PYTHONPATH=src python -m handmath.commands.summary

verify: .venv/run  ## run it all again elsewhere and compare every output with dvc.lock
	@PYTHONPATH=src python -m handmath.commands.verify

demo: .venv/dev  ## serve a page to draw a line on, which reads it
	handmath demo

seeds: .venv/run  ## train ten seeds of the network in params.yaml, on the images of the last run
	PYTHONPATH=src python -m handmath.commands.seeds

labels: .venv/run  ## list the images of the last run whose label is probably wrong
	PYTHONPATH=src python -m handmath.commands.label_errors

bench: .venv/dev  ## time it beside the notebook's own way, on the archive that HANDMATH_ARCHIVE names
	python benchmarks/bench.py $(if $(AGAINST),--against $(AGAINST) --tests)

wheel: .venv/dev  ## build the package, wheel and sdist, into dist/
	python -m build --no-isolation

PYTEST = python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder -m

test: lint  ## run lint, types, fast tests, the real pipeline, the pages' commands and a browser
	$(PYTEST) "not slow"
	@echo "make test leaves out emulated CPUs, kills, remotes, the Dask cluster, installing and real images: make test-all"

test-all: test  ## run also what takes minutes: emulated CPUs, kills, remotes, the cluster, real images
	$(PYTEST) slow

lint: .venv/dev  ## run the checks of .pre-commit-config.yaml
	pre-commit run --all-files

dev: .venv/dev  ## install what tests, wheel, demo, export and the Dask cluster need

.dvc/page.html: .venv/run dvc.yaml src/handmath/figures/page.py src/handmath/figures/page.html
	PYTHONPATH=src python -m handmath.figures.page

.venv/run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make run PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --requirement requirements.txt
	.venv/bin/python -m pip install --quiet --no-deps --editable .
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	.venv/bin/python -m pip install --quiet --no-deps --requirement requirements-dev.txt
	@touch $@
