# One line per task. A target sets up what it needs first, and keeps it under target/.

# Passed by `demo` to `leveret-demo` and by `test` to `cargo test`: make test ARGS=name_of_a_test
ARGS =

XTASK = cargo run --package xtask --

.PHONY: help demo test bench lint image manifests setup clean
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## Watch consumers follow a queue on this machine, without Kubernetes (about 3 minutes)
	@exec $(XTASK) demo $(ARGS)

test: ## Set up, lint, build and run every test, against real brokers and a real control plane
	@$(XTASK) test $(ARGS)

bench: ## Measure speed into target/bench.json, and show it as a table
	@$(XTASK) bench

lint: ## Check format, lints, documentation and structure
	@$(XTASK) lint

image: ## Build the container images into target/image
	@$(XTASK) image

manifests: ## Render the example overlay into target/manifests.yaml
	@$(XTASK) manifests

setup: ## Set up the real parts that the tests run against
	@$(XTASK) setup

clean: ## Remove everything that was built or set up under target/
	cargo clean
	rm -rf target
