# Everything is done by the dev package; `make help` lists it.
DEV := PYTHONPATH= python3 -m dev

.PHONY: help setup demo run shell check test test-long test-pure bench lint i18n docs screenshots clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: ## Make the environment: Odoo 19, Python packages, PostgreSQL, databases
	@$(DEV) setup

demo: ## Play the main job from sale order to paid invoice; on a terminal it stays up
	@$(DEV) demo

run: ## Bring up Odoo and the Stripe simulator, until Ctrl-C
	@$(DEV) run

shell: ## Open an Odoo shell on the demo database; takes a script on standard input
	@$(DEV) shell

check: ## Run lint and all tests, side by side
	@$(DEV) check

test: ## Run all tests, or those that T=path or T=pattern names
	@$(DEV) test $(if $(T),"$(T)")

test-long: ## Tell 2,000 stories, make 10,000 invoices, play a long quarter; print the seeds
	@$(DEV) test --long

test-pure: ## Run the tests that need neither Odoo nor a database
	@$(DEV) test --pure $(if $(T),"$(T)")

bench: ## Measure speed, as ratios in one run, and how it grows with the invoices
	@$(DEV) bench

lint: ## Check format, style, types, XML and translations
	@$(DEV) lint

i18n: ## Write the translations' template anew and merge it into i18n/*.po
	@$(DEV) i18n

docs: ## Write the pages of the documentation anew that are made from tables
	@$(DEV) docs

screenshots: ## Take the pictures of README and docs anew from the running product
	@$(DEV) screenshots

clean: ## Delete everything that the set-up has made
	@$(DEV) clean
