#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `make check`: what can be said about the code without running it. All steps
# run; the faults of each are shown, and it fails if any has one. With names of
# steps (scripts/check.sh licences traces) only those run.
set -uo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8

only=" $* "
ran=0
failed=()
# step NAME COMMAND…: the command prints faults; silence is success.
step() {
	local name=$1 out rc
	shift
	[ "$only" = '  ' ] || [[ $only == *" $name "* ]] || return 0
	ran=$((ran + 1))
	out=$("$@" 2>&1)
	rc=$?
	if [ $rc -eq 0 ] && [ -z "$out" ]; then
		printf 'check: %-12s fine\n' "$name"
		return
	fi
	printf 'check: %-12s NOT FINE\n%s\n' "$name" "$out"
	failed+=("$name")
}

# Files that git knows or would add: a new file counts before it is committed.
files() { git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r f; do [ -f "$f" ] && echo "$f"; done; }

format() { files '*.go' | xargs -r gofmt -l; }
vet() { go vet ./...; }
static() { go tool staticcheck ./...; }

# Generated files are not committed, and generating them again changes nothing.
sums() { find . \( -name '*_templ.go' -o -path './internal/platform/web/assets/dist/*' -o -path './internal/platform/pdf/fonts/*' \) -type f -not -path './web/node_modules/*' -print0 | sort -z | xargs -0 sha256sum; }
fresh() {
	git ls-files -- '*_templ.go' 'internal/platform/web/assets/dist/*' 'web/node_modules/*' | grep -v '/\.gitkeep$' | sed 's/$/: generated, must not be committed/'
	find . -name '*_templ.go' -not -path './web/node_modules/*' | while read -r f; do
		[ -f "${f%_templ.go}.templ" ] || echo "$f: its template is gone"
	done
	local before
	before=$(sums)
	go tool templ generate -log-level error && go run ./internal/platform/web/assets/build >/dev/null && go run ./internal/platform/pdf/build >/dev/null || return 1
	diff <(echo "$before") <(sums)
}
modules() {
	go mod verify | grep -v '^all modules verified$'
	grep -n '^replace' go.mod
	return 0
}

# Both languages complete: the catalogue of all modules is checked by tests.
words() {
	local out
	out=$(go test -count=1 -run 'Locale|Catalog|Words' ./internal/app/... ./internal/platform/i18n/... ./internal/platform/web/... 2>&1) || echo "$out"
}

# What main cannot reach is dead, also if a test calls it. What exists for
# tests on purpose is named in scripts/deadcode.allow, each with its reason;
# an entry that is reached or gone is a fault too.
dead() {
	local found allowed
	found=$(go tool deadcode -f '{{range .Funcs}}{{printf "%s.%s\n" $.Path .Name}}{{end}}' ./cmd/...) || { echo "$found"; return 1; }
	found=$(sed 's#^github.com/tarazu/tarazu/##; /^$/d' <<<"$found" | sort -u)
	allowed=$(sed 's/[[:space:]]*#.*//; /^[[:space:]]*$/d' scripts/deadcode.allow | sort -u)
	comm -23 <(echo "$found") <(echo "$allowed") | sed '/^$/d; s/$/: nothing in cmd reaches it/'
	comm -13 <(echo "$found") <(echo "$allowed") | sed '/^$/d; s/$/: is in scripts\/deadcode.allow for nothing/'
}

licences() {
	files '*.go' '*.templ' '*.css' '*.js' '*.mjs' '*.sql' '*.sh' '*.cedar' '*.cedarschema' Makefile .ci/run |
		while read -r f; do
			head -3 "$f" | grep -q 'SPDX-License-Identifier: Apache-2\.0' || echo "$f: no SPDX line"
		done
}

# Nothing of the machine it was written on: folders of people and builders,
# addresses of package registries and mirrors.
traces() {
	local self=scripts/check.sh
	files | grep -v -e "^$self$" -e '\.png$' -e '\.woff2$' |
		xargs -r -d '\n' grep -InE '(^|[^[:alnum:]_.])/(root|home/[a-z]+|Users/[A-Za-z]+|work)/|registry\.npmjs|registry\.yarnpkg|proxy\.golang\.org|sum\.golang\.org|goproxy\.|artifactory|nexus[./-]' || true
	grep -n '"resolved"' web/package-lock.json
	return 0
}

step format format
step vet vet
step staticcheck static
step generated fresh
step modules modules
step words words
step deadcode dead
step licences licences
step traces traces

if [ ${#failed[@]} -gt 0 ]; then
	printf 'check: %d of %d steps failed: %s\n' "${#failed[@]}" "$ran" "${failed[*]}"
	exit 1
fi
echo 'check: all fine'
