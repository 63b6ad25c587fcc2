# Set up, run, test and measure Quintet. Each target does its own set-up; a second call does nothing twice.
PYTHON ?= python3
BIN := .venv/bin
DEMO_WHEEL := immich-memories-music==0.1.0
MUSICNN_WHEEL := musicnn==0.1.0
TEST_PACKAGES := pytest pytest-xdist ruff import-linter vulture playwright httpx2
TEST_PROCESSES ?= 2
# Threads that spin while they wait slow a busy machine tenfold.
export OMP_WAIT_POLICY ?= PASSIVE
LAYERS ?= 36
N ?= 50000

.PHONY: app check test kills bench bench-browser load bench-jukebox setup data demo-cache screenshots fuzz

app: data  ## open the dashboard on http://localhost:8501
	@$(BIN)/quintet weights get --free
	@$(BIN)/quintet prepare demo
	@exec $(BIN)/quintet serve

check: .venv/.test  ## lint, the way that imports flow, names typed where they live, dead code
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python tests/check_names.py
	@$(BIN)/vulture

test: data .venv/.test  ## the whole suite, browser walks included where there is a Chromium
	@$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --ignore tests/browser
	@$(BIN)/python -m pytest tests/browser  # one walk at a time: a browser and a server take both cores

bench: data .venv/.test  ## measure speed and size, printed as tables
	@$(BIN)/python tests/bench.py
	@$(BIN)/python tests/bench_catalogue.py
	@$(BIN)/python tests/bench_classify.py
	@$(BIN)/python tests/bench_maps.py
	@$(BIN)/python tests/bench_probes.py

bench-browser: data .venv/.test  ## the maps at 25,000 x 5 and 1,000,000 points and the timeline, in Chromium
	@$(BIN)/python tests/bench_browser.py
	@$(BIN)/python tests/bench_map_page.py
	@$(BIN)/python tests/bench_timeline.py

kills: data .venv/.test  ## kill commands at every write point and at random: the same command again ends whole
	@$(BIN)/python tests/kills.py

load: data .venv/.test  ## twenty people upload at once, three turn pages: failures, waits, memory; 5 minutes
	@$(BIN)/python tests/load.py

fuzz: .venv/.test  ## N damaged files of every format through every reader; 50,000 take some 10 minutes
	@$(BIN)/python -m tests.fuzz --count $(N)

screenshots: data .venv/.test  ## take the pictures of README again
	@$(BIN)/python tests/screenshots.py

bench-jukebox: setup  ## Jukebox 5B at its true size: memory and time; writes 5 GB to /tmp, takes 10 minutes
	@$(BIN)/python tests/bench_jukebox.py --layers $(LAYERS)

demo-cache: data  ## rebuild the embeddings that come with the checkout
	@rm -rf cache/demo/embeddings cache/demo/*.npz
	@$(BIN)/quintet embed demo
	@$(BIN)/quintet ship demo

setup: .venv/.setup  ## the virtual environment with everything pinned

data: .venv/.data  ## the demo music and musicnn's weights: wheels installed for their data alone

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Quintet needs Python 3.11 or newer; this is $$($(PYTHON) --version). Run: make app PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { echo "Python cannot make a virtual environment here. On Debian and Ubuntu run: sudo apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.setup: requirements.txt constraints.txt pyproject.toml | .venv/bin/python
	@echo "Installing Quintet's packages (once; PyTorch is the large one)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.data: .venv/.setup Makefile
	@echo "Fetching the demo music (28 mixes made by a generative model) and musicnn's weights."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(DEMO_WHEEL)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(MUSICNN_WHEEL) \
	  || echo "musicnn's weights could not be fetched: it runs untrained until quintet weights get musicnn."
	@touch $@

.venv/.test: .venv/.setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TEST_PACKAGES) -c constraints.txt
	@touch $@
