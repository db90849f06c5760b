# The front door. Each target is a small script; `make` alone lists them.
# ARGS goes through to the program: make run ARGS="--listen 127.0.0.1:9000", make test ARGS="-L unit".
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
.PHONY: help run build test check bench fmt dev sanitize fuzz install clean

run: ## Build what changed and start everything on this machine
	@scripts/run $(ARGS)

build: ## Build the release binary, build/oms
	@scripts/build release oms

test: ## Build and run all tests, side by side and in random order
	@scripts/test release $(ARGS)

check: ## Check the format, the dependency rule and clang-tidy's findings
	@scripts/check

bench: ## Build and run the benchmarks
	@scripts/bench $(ARGS)

fmt: ## Format all sources in place
	@scripts/format --fix

dev: ## Build and start again whenever a source is saved
	@scripts/dev $(ARGS)

sanitize: ## Run the tests under the address, undefined behaviour and thread sanitizers
	@scripts/test asan $(ARGS)
	@scripts/test tsan $(ARGS)

fuzz: ## Run each fuzzer for a minute (SECONDS_EACH=60)
	@scripts/fuzz $(SECONDS_EACH)

install: ## Install oms for all users (PREFIX=/usr/local, DESTDIR)
	@scripts/build release oms
	@PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) scripts/install build/oms

clean: ## Remove all that was built
	@rm -rf build

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
