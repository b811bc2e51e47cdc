# Each target first sets up what it needs, under target/.

# Arguments for `leveret-demo` (target `demo`) or `cargo test` (target `test`), such as: make test ARGS=name_of_a_test
ARGS =

# Seed and length of the target `soak`, such as: make soak SEED=7 MINUTES=60
SEED =
MINUTES =

XTASK = cargo run --package xtask --

.PHONY: help demo test soak bench lint image manifests setup clean
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## Watch consumers follow a queue on this machine, without Kubernetes (about 3 minutes)
	@exec $(XTASK) demo $(ARGS)

test: ## Set up, lint, build and run every test, against real brokers and a real control plane
	@$(XTASK) test $(ARGS)

soak: ## Check every answer of Leveret while brokers fail (SEED and MINUTES; 10 minutes)
	@$(XTASK) soak $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

bench: ## Measure speed, write target/bench.json and print it as a table
	@$(XTASK) bench

lint: ## Check format, lints, structure, documentation and dependencies
	@$(XTASK) lint

image: ## Build the container images into target/image
	@$(XTASK) image

manifests: ## Render the example overlay into target/manifests.yaml
	@$(XTASK) manifests

setup: ## Set up the real parts that the tests run against
	@$(XTASK) setup

clean: ## Remove everything under target/
	cargo clean
	rm -rf target
