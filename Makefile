# The front door. Each target is a small script; `make` alone lists them.
# ARGS goes through to the program: make run ARGS="--listen 127.0.0.1:9000", make test ARGS="-L unit".
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
.PHONY: help run cluster build test test-cluster check bench fmt dev sanitize fuzz install clean

run: ## Build what changed and start everything on this machine
	@scripts/run $(ARGS)

cluster: ## The same in seven processes (BROKER=rabbitmq|kafka, STORE=sqlite|postgres)
	@BROKER=$(BROKER) STORE=$(STORE) scripts/cluster up $(ARGS)

build: ## Build the release binary, build/oms
	@scripts/build release oms

test: ## Build and run all tests, side by side and in random order
	@scripts/test release $(ARGS)

test-cluster: ## Run the tests of processes apart, with every fault on every wiring (CAMPAIGN=1)
	@CAMPAIGN=$(or $(CAMPAIGN),1) scripts/test release -L 'cluster|clients' $(ARGS)

check: ## Check the format, the dependency rule and clang-tidy's findings
	@scripts/check

bench: ## Build and run the benchmarks
	@scripts/bench $(ARGS)

fmt: ## Format all sources in place
	@scripts/format --fix

dev: ## Build and start again whenever a source is saved; ROLE=kitchen: that of a cluster, once
	@$(if $(ROLE),scripts/cluster restart $(ROLE),scripts/dev $(ARGS))

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
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
