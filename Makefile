# Two commands for a newcomer: `make demo` and `make test`. Both set up all they need in $(VENV).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUNTIME_LOCK := requirements.lock
DEV_LOCK := requirements-dev.lock
FUZZ_LOCK := requirements-fuzz.lock

.PHONY: help demo test lint types contracts bench air soak networks hostile mutants municipality faults cuts fuzz picture corpus lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(VENV)/.runtime: $(RUNTIME_LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Bavn needs Python 3.11 or newer; set PYTHON=/path/to/python3.11") \
		if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement $(RUNTIME_LOCK)
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime $(DEV_LOCK)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement $(DEV_LOCK)
	@touch $@

demo: $(VENV)/.runtime ## sit at a console while a blackout happens around you; with TEXT= only its timeline
	@$(BIN)/bavn demo $(if $(TEXT),--text "$(TEXT)")

# Twice as many workers as cores, since tests of whole stations wait; tests/conftest.py puts those first.
# Compiled modules are kept whatever the surroundings say: hundreds of processes would compile them anew.
test: $(VENV)/.dev ## the everyday suite, on two cores
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev ## ruff: lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy --strict
	$(BIN)/mypy

contracts: $(VENV)/.dev ## the layers of the house
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## figures quoted in the documents
	BAVN_BENCH=full $(BIN)/python -m pytest tests/bench -m bench -s

air: $(VENV)/.dev ## the simulated air beside real firmware and Meshtasticator, one table (SEEDS=)
	$(BIN)/python -m tests.hardware.simulated.floods --seeds $(or $(SEEDS),100)

soak: networks hostile mutants faults fuzz ## all of the next five

networks: $(VENV)/.dev ## simulated networks with mixed faults, on all cores (SCENARIO=, SEEDS=, FIRST=)
	$(BIN)/python -m tests.simulation.soak --scenario $(or $(SCENARIO),mixed) --seeds $(or $(SEEDS),2000) \
		--first $(or $(FIRST),1)

hostile: $(VENV)/.dev ## seven attackers among simulated stations, on all cores (SEEDS=, FIRST=)
	$(BIN)/python -m tests.simulation.soak --scenario hostile --seeds $(or $(SEEDS),200) --first $(or $(FIRST),1)

mutants: $(VENV)/.dev ## stations that are wrong on purpose: the invariants of the networks must see each
	$(BIN)/python -m tests.simulation.mutants

municipality: $(VENV)/.dev ## three days of the municipality without mains, judged by the oracle (SEED=)
	$(BIN)/bavn drill rehearse municipality --seed $(or $(SEED),1)

faults: $(VENV)/.dev ## a day of faults for the radio link, on a clock that jumps (SEED=, FAULTS=)
	$(BIN)/python -m tests.hardware.soak --seed $(or $(SEED),1) --faults $(or $(FAULTS),1000)

cuts: $(VENV)/.dev ## power cuts at the writes of a station's life, replayed on its store (SEED=, CUTS=)
	$(BIN)/python -m tests.node.store.power_cuts --seed $(or $(SEED),1) --cuts $(or $(CUTS),500)

$(VENV)/.fuzz: $(VENV)/.dev $(FUZZ_LOCK)
	@$(BIN)/python -m pip install --quiet --only-binary atheris --require-hashes --requirement $(FUZZ_LOCK) \
		|| echo "atheris cannot be installed here, the reason is above"
	@touch $@

fuzz: $(VENV)/.fuzz ## arbitrary bytes for every reader of them (FUZZ_S= seconds each, FUZZ= one of them, SEED=)
	$(BIN)/python -m tests.fuzz.run --seconds $(or $(FUZZ_S),60) --seed $(or $(SEED),1) $(if $(FUZZ),--only $(FUZZ))

picture: $(VENV)/.dev ## the README's picture of the console, from the running program (needs tmux)
	$(BIN)/python -m tests.support.console_picture

corpus: $(VENV)/.dev ## the tables of the text codecs from tests/corpus, and how well they do
	$(BIN)/python -m tests.corpus.build
	$(BIN)/python -m tests.support.wire_vectors --accept
	BAVN_BENCH=full $(BIN)/python -m pytest tests/bench/test_codecs.py -m bench -s

lock: $(VENV)/.dev ## resolve the lock files anew, for every supported Python and architecture
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --output-file $(RUNTIME_LOCK)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra dev --constraint $(RUNTIME_LOCK) pyproject.toml --output-file $(DEV_LOCK)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra dev --extra fuzz --constraint $(DEV_LOCK) pyproject.toml --output-file $(FUZZ_LOCK)

clean: ## remove what the targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
