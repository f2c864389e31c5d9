# SPDX-License-Identifier: Apache-2.0
#
# The two commands: `make run` and `make test`. Everything else: `make help`.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-build generate build run test check race bench clean axe browser crash screenshots

# One static binary; stamping by Go itself fails in a clone owned by somebody
# else, so the version comes from git here, if it can be had.
export CGO_ENABLED := 0
export GOFLAGS := $(GOFLAGS) -buildvcs=false
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what building and testing need and is missing (Debian, root or sudo)
	@scripts/setup.sh test

setup-build:
	@scripts/setup.sh build

generate: ## generate code from templates, bundle styles, scripts and fonts
	@go tool templ generate -log-level warn
	@go run ./internal/platform/web/assets/build
	@go run ./internal/platform/pdf/build

build: setup-build generate ## build bin/tarazu
	@mkdir -p bin
	@go build -trimpath -ldflags '$(LDFLAGS)' -o bin/tarazu ./cmd/tarazu
	@echo "built bin/tarazu $(VERSION)"

run: build ## build, prepare a small demo country in var/, serve it on 127.0.0.1:8080
	@bin/tarazu demo
	@exec bin/tarazu serve --demo

# The crash and browser tests run at reduced size here. PostgreSQL and Chromium
# are part of the tests: if one is missing, they fail.
test: setup build ## set up, build and run every test
	@go test -timeout 25m ./...

check: setup-build generate ## format, vet, staticcheck, freshness, words, dead code, licences
	@scripts/check.sh

# The race detector needs cgo and a C compiler.
race: setup generate ## race detector on what runs concurrently
	@CGO_ENABLED=1 go test -race -timeout 25m ./internal/platform/...

browser: axe ## the same as axe

axe: setup build ## the journeys in a real browser, in every language, theme and width
	@TARAZU_TEST_FULL=1 go test -count=1 -timeout 60m -v ./test/browser/...

crash: setup build ## kill -9 under load, at full size, on both engines
	@TARAZU_TEST_FULL=1 go test -count=1 -timeout 60m -v -run Crash ./...

bench: setup build ## measure submissions, deliveries, pages, log-ins and receipts
	@bin/tarazu bench

screenshots: setup build ## take the pictures of README anew
	@TARAZU_TEST_PICTURES="$(CURDIR)/docs/images" go test -count=1 -timeout 15m -v -run Pictures ./test/browser/...

clean: ## remove what was built and generated; keeps var/ and downloaded packages
	@rm -rf bin
	@find . -name '*_templ.go' -not -path './web/node_modules/*' -delete
	@find internal/platform/web/assets/dist -mindepth 1 -not -name .gitkeep -delete 2>/dev/null || true
	@find internal/platform/pdf/fonts -mindepth 1 -not -name .gitignore -delete 2>/dev/null || true
