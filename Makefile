# Every target sets up what it needs; nothing has to be installed by hand but Python 3.11 or newer and make.

VENV := .venv
BIN := $(VENV)/bin
# The newest Python here that runs, is new enough and can make a virtual environment with pip in it. A name on PATH may be
# a shim that does not run, and ensurepip a package of its own, so each is tried.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

# Ansible finds a collection by its folder name, so the checkout is linked under one.
COLLECTIONS := $(VENV)/collections
LINK := $(COLLECTIONS)/ansible_collections/hybrid/jfrog
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(COLLECTIONS)
export PATH := $(CURDIR)/$(BIN):$(PATH)
# The simulator is on a loopback address, which no proxy reaches.
export no_proxy := 127.0.0.1,localhost,$(no_proxy),$(NO_PROXY)
export NO_PROXY := $(no_proxy)

CLIENTS := tests/integration/clients

JOBS ?= 2
PYTEST_ARGS ?=

# What a change has to pass leaves out the tests that are marked 'slow' and most scenarios. ALL=1 has all, as a release has to.
WHICH_TESTS := $(if $(ALL),,-m "not slow")
SCENARIOS := $(if $(ALL),--all --exclude hosts,$(addprefix --scenario-name ,preflight onboard_edge correct_drift replicate_security))

.PHONY: help demo stop test lint sanity docs package unit integration browser screenshots chaos fuzz molecule benchmark
.PHONY: versions reports lock clean
.DEFAULT_GOAL := help

help: ## Show the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: $(VENV)/demo.stamp ## Join three simulated Edges to a simulated platform (KEEP=1 leaves it running)
	@$(BIN)/python demo/run.py $(if $(KEEP),--keep)

stop: $(VENV)/demo.stamp ## Stop a simulator that 'make demo KEEP=1' left up
	@$(BIN)/python demo/run.py --stop

# What takes one processor goes two at a time, each with its output in one piece; the rest takes all of them.
test: $(VENV)/test.stamp $(VENV)/release.stamp ## What a change has to pass (ALL=1: what a release has to)
	$(MAKE) -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) lint sanity docs package
	$(MAKE) unit
	$(MAKE) integration
	$(MAKE) versions
	$(MAKE) browser
	$(MAKE) molecule

lint: $(VENV)/test.stamp ## Style, types and Ansible's own rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy plugins/module_utils plugins/plugin_utils
	$(BIN)/yamllint --strict .
	# With a home of its own: a copy of this collection in that of the user would be looked at in its place.
	ANSIBLE_HOME=$(CURDIR)/.ansible $(BIN)/ansible-lint --strict
	$(BIN)/nox --no-venv -e extra-checks

sanity: $(VENV)/test.stamp ## ansible-test over what a user gets (ALL=1: imported by each Python)
	$(BIN)/python tests/ansible_test.py $(if $(ALL),--all)

docs: $(VENV)/test.stamp $(VENV)/release.stamp ## The documentation's site, in .docs/html
	PATH=$(CURDIR)/$(VENV)/release/bin:$(PATH) docs/docsite/build.sh

package: $(VENV)/test.stamp $(VENV)/release.stamp ## The artifact: build it, install it, try it, and ask Galaxy's importer
	$(BIN)/python -m pytest tests/package $(PYTEST_ARGS)

versions: $(VENV)/test.stamp ## Each playbook with the oldest and the newest ansible-core that runs here (ALL=1: with each)
	$(BIN)/python tests/versions.py $(if $(ALL),--all)

unit: $(VENV)/test.stamp ## Domain, client, node, module and simulator tests
	$(BIN)/python -m pytest -n $(JOBS) tests/unit $(PYTEST_ARGS)

integration: $(VENV)/test.stamp $(VENV)/clients.stamp $(VENV)/eda.stamp ## Playbooks and clients of others against the simulator (ALL=1: the slow tests too)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup tests/integration $(WHICH_TESTS) $(PYTEST_ARGS)

browser: $(VENV)/test.stamp ## The HTML report in a real Chromium, which has to be installed
	$(BIN)/python -m pytest tests/browser $(PYTEST_ARGS)

screenshots: $(VENV)/test.stamp ## Take the pictures of the HTML report for the documentation
	PYTHONPATH=$(CURDIR)/$(COLLECTIONS):$(CURDIR)/tests $(BIN)/python tests/browser/screenshots.py

# SEED=7 PLAYBOOK=onboard_edge: that schedule alone, and all of it. MINUTES=30: no schedule begins after that time; the next
# call goes on with those that are left. COUNT, FIRST: which seeds. Without any of them, what else looks for losses is run as
# well: a kill at each task, secrets wherever Ansible can leave them, and evil texts.
COUNTED := $(CURDIR)/.chaos/counted.jsonl
THOROUGHLY := $(if $(SEED)$(MINUTES)$(COUNT)$(FIRST)$(PLAYBOOK),,yes)
CHAOS := PYTHONPATH=$(CURDIR)/$(COLLECTIONS):$(CURDIR)/tests $(BIN)/python -m chaos
chaos: $(VENV)/test.stamp $(if $(THOROUGHLY),$(VENV)/clients.stamp $(VENV)/eda.stamp) ## Faults, crashes and second controllers, by the hundred (MINUTES=30; SEED=7 PLAYBOOK=onboard_edge replays one)
	$(if $(SEED),,COUNTED=$(COUNTED)) $(CHAOS) $(if $(SEED), \
		replay --seed $(SEED) $(if $(PLAYBOOK),--playbook $(PLAYBOOK)) $(if $(KEEP),--keep $(KEEP)), \
		run --jobs $(JOBS) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(COUNT),--count $(COUNT)) \
		$(if $(FIRST),--first $(FIRST)) $(if $(PLAYBOOK),--playbook $(PLAYBOOK)))
	$(if $(THOROUGHLY),COUNTED=$(COUNTED) KILL_EVERY=1 LEAKS=1 \
		$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup tests/integration tests/unit/hostile $(PYTEST_ARGS))
	$(if $(THOROUGHLY),$(CHAOS) table)

# MINUTES: how long in all, 10 unless told. ENTRY=ledger: that reader alone. What is found is kept, with the command that
# reads it again.
fuzz: $(VENV)/fuzz.stamp ## Hostile texts, led by coverage, for all that parses (MINUTES=60; INPUT=FILE reads one again)
	PYTHONPATH=$(CURDIR)/$(COLLECTIONS):$(CURDIR)/tests $(VENV)/fuzz/bin/python -m fuzz $(if $(INPUT),replay "$(INPUT)", \
		run $(if $(MINUTES),--minutes $(MINUTES)) $(if $(ENTRY),--entry "$(ENTRY)"))

reports: $(VENV)/test.stamp ## A report on a made-up fleet in every format, in .demo/reports
	PYTHONPATH=$(CURDIR)/$(COLLECTIONS):$(CURDIR)/tests $(BIN)/python tests/sample_reports.py .demo/reports

benchmark: $(VENV)/test.stamp ## How long a check of a fleet takes (40 minutes; SIZES=10,50 QUICK=1 for a part)
	PYTHONPATH=$(CURDIR)/$(COLLECTIONS):$(CURDIR)/tests $(BIN)/python -m benchmark \
		$(if $(SIZES),--sizes "$(SIZES)") $(if $(ONLY),--only "$(ONLY)") $(if $(QUICK),--quick) $(if $(FRESH),--fresh)

# One simulator serves all scenarios but 'hosts', which boots systemd. That takes root and some packages: a pipeline has
# both, or fails.
molecule: $(VENV)/test.stamp ## Some Molecule scenarios (ALL=1: each)
	@$(BIN)/molecule destroy --scenario-name default >/dev/null 2>&1 || true # what an interrupted run has left
	$(BIN)/molecule test $(SCENARIOS) --workers $(JOBS) --continue-on-failure
	@if PYTHONPATH=tests $(BIN)/python -m booted_hosts check; then $(BIN)/molecule test --scenario-name hosts; \
	elif [ -n "$$CI" ]; then echo "The scenario 'hosts' cannot run here, and has to where CI is set." >&2; exit 1; \
	else echo "The scenario 'hosts' is skipped: what it needs is missing." >&2; fi

lock: $(VENV)/test.stamp ## Renew the pinned requirements
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes --upgrade \
		requirements/test.in -o requirements/test.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes \
		-c requirements/test.txt requirements/demo.in -o requirements/demo.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes --upgrade \
		-c requirements/test.txt requirements/eda.in -o requirements/eda.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes --upgrade \
		-c requirements/test.txt requirements/fuzz.in -o requirements/fuzz.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes --upgrade \
		requirements/release.in -o requirements/release.txt
	for core in 2.16:3.11 2.18:3.11 2.19:3.11 2.21:3.12; do \
		$(BIN)/uv pip compile --quiet --universal --python-version $${core#*:} --no-header --generate-hashes --upgrade \
			requirements/core/$${core%:*}.in -o requirements/core/$${core%:*}.txt || exit 1; done

clean: ## Remove what the other targets made
	rm -rf $(VENV) .demo .docs .benchmark .fuzz .ansible .hypothesis .nox .pytest_cache .mypy_cache .ruff_cache

# The stamp is the last thing made, so a set-up that was interrupted starts over.
$(VENV)/venv.stamp:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv and ensurepip is needed, and none was found on PATH. \
	Install one (on Debian and Ubuntu with its python3-venv package), or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	mkdir -p $(dir $(LINK))
	ln -sfn ../../../.. $(LINK)
	@touch $@

$(VENV)/demo.stamp: requirements/demo.txt $(VENV)/venv.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/demo.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/release.stamp: requirements/release.txt $(VENV)/venv.stamp
	$(PYTHON) -m venv --clear $(VENV)/release
	$(VENV)/release/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/fuzz.stamp: requirements/fuzz.txt $(VENV)/venv.stamp
	$(PYTHON) -m venv --clear $(VENV)/fuzz
	$(VENV)/fuzz/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The client in JavaScript needs npm. On a machine without it, its tests are skipped; the pipeline has it.
$(VENV)/clients.stamp: $(CLIENTS)/package-lock.json $(VENV)/venv.stamp
	@mkdir -p $(VENV)/clients
	cp $(CLIENTS)/package.json $(CLIENTS)/package-lock.json $(VENV)/clients
	@if command -v npm >/dev/null; then \
		npm ci --prefix $(VENV)/clients --ignore-scripts --no-audit --no-fund --silent && touch $@; \
	else echo "npm was not found: the tests of jfrog-client-js are skipped"; fi

# Event-Driven Ansible has an environment of its own, and needs Java. On a machine without it, the rulebook's test is skipped.
$(VENV)/eda.stamp: requirements/eda.txt $(VENV)/venv.stamp
	@if command -v java >/dev/null; then \
		$(PYTHON) -m venv --clear $(VENV)/eda && \
		$(VENV)/eda/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $< && touch $@; \
	else echo "java was not found: the test of the rulebook is skipped"; fi
