# Everything needs Python >= 3.11, make and pip, and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/installed

# A forbidden bytecode cache costs seconds at every start of every kernel.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report test quick slow slow-numbers golden check docs lab doctor demo lock clean

report: $(STAMP)  ## the latest wave of the annual member survey, HTML and PDF
	$(BIN)/survey run

# a file's tests share what they make once, so they stay with one worker
WORKERS := -n 2 --dist loadfile

test: $(STAMP)  ## the default tests, a few minutes
	$(BIN)/python -m pytest -m "not slow and not golden" $(WORKERS) -q

# folders are named, so that nothing is collected, and imported, in vain
QUICK := tests/architecture tests/analysis tests/reference tests/survey

quick: $(STAMP)  ## numbers, intake and words: no notebook, picture, browser or shipped wave
	$(BIN)/python -m pytest -m "not (slow or golden or published or waves or hypothesis)" $(WORKERS) -q --ignore-glob="*/test_charts*" $(QUICK)

slow-numbers: $(VENV)/oracle  ## of the slow tests those against R and svy
	$(BIN)/python -m pytest -m "slow and not golden" -n 2 -q -o faulthandler_timeout=3600 \
		tests/identities tests/reference

slow: $(VENV)/oracle  ## the slow tests: every wave published, same bytes twice, edits seen, simulation, properties on many examples
	$(BIN)/python -m pytest -m "(slow or hypothesis) and not golden" --hypothesis-profile=thorough -n 2 -q -o faulthandler_timeout=3600

golden: $(STAMP)  ## record frames, editions and transcript anew, and show what differs from what was kept
	$(BIN)/python -m tests.golden

check: $(STAMP)  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(STAMP)  ## the documentation as pages, every link within it checked
	$(BIN)/sphinx-build -W --keep-going -q docs output/docs

lab: $(STAMP)  ## JupyterLab on the notebooks
	$(BIN)/survey lab

doctor: $(STAMP)
	$(BIN)/survey doctor

demo: $(STAMP)  ## write the demonstration returns anew (same bytes)
	$(BIN)/python -m survey.demo

lock:  ## resolve pyproject.toml anew into requirements.lock
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes \
		--no-emit-index-url --no-emit-find-links -q -o requirements.lock
	$(BIN)/uv pip compile --group oracle --universal --generate-hashes \
		--no-emit-index-url --no-emit-find-links -q -c requirements.lock -o requirements-oracle.lock

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": call make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation --editable .
	@# some packages ship files for other Pythons, which do not compile: that is no failure of ours
	-$(BIN)/python -m compileall -q -j 0 $(VENV)/lib > /dev/null
	$(BIN)/python -m compileall -q survey analysis
	touch $(STAMP)

$(VENV)/oracle: $(STAMP) requirements-oracle.lock
	$(BIN)/python -m pip install -q --require-hashes -r requirements-oracle.lock
	touch $@

clean:  ## the environment and everything a run made
	rm -rf $(VENV) build *.egg-info output/*
