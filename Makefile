# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where MNIST's four IDX files lie, if anywhere; without them the digits of scikit-learn are used, and that is said aloud.
MNIST ?= ../shared/mnist
# Options of the demo, such as DEMO="--students 3 --dataset digits".
DEMO ?=
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test test-long lint format build validate bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: $(VENV)/ready data/ready ## Go the whole way on a class of sample students in a temporary course
	$(BIN)/autograder demo $(DEMO)

test: $(VENV)/ready $(VENV)/browser data/ready ## Run the tests (sets everything up first)
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder

test-long: $(VENV)/ready $(VENV)/browser data/ready ## Run the tests, the slow ones too
	$(BIN)/python -m pytest

lint: $(VENV)/ready ## Check formatting, style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/ready ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

build: $(VENV)/ready ## Build the notebooks and the release from their sources
	$(BIN)/autograder build

bench: $(VENV)/ready data/ready ## Measure a class of 30 submissions, beside stock nbgrader and otter-grader
	$(BIN)/python benchmarks/class.py

validate: $(VENV)/ready data/ready ## Let the course check itself
	$(BIN)/autograder validate

$(VENV)/installed: pyproject.toml tools/setup.sh
	PYTHON="$(PYTHON)" VENV="$(VENV)" sh tools/setup.sh
	@touch $@

# What course_config.py lets notebooks import: nothing is fetched where it is there already.
$(VENV)/ready: $(VENV)/installed course_config.py
	@$(BIN)/python -m autograder.course.libraries >$(VENV)/libraries.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --requirement $(VENV)/libraries.txt
	@touch $@

$(VENV)/browser: $(VENV)/ready tools/browser.sh
	sh tools/browser.sh
	@touch $@

data/ready: $(VENV)/ready
	@if [ -d "$(MNIST)" ]; then $(BIN)/autograder data --from "$(MNIST)"; \
	elif [ -f data/MNIST/raw/train-images-idx3-ubyte ]; then $(BIN)/autograder data; \
	else echo "MNIST is not here (MNIST=$(MNIST)); get it with '$(BIN)/autograder data'. Going on with the digits of scikit-learn."; fi
	@$(BIN)/autograder data --digits
	@touch $@

clean: ## Remove what the setup, tests and builds made (not data/)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache *.egg-info data/ready
