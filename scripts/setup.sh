#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, and says what it does.
#
#   scripts/setup.sh build   what building needs: Go (must be there), node, npm
#   scripts/setup.sh test    that, and what the tests need: Chromium, PostgreSQL
#                            server programs, openssl, a font with Persian letters,
#                            Apache with mod_auth_openidc (its program only)
#
# Done again it does nothing. System packages come by apt-get, as root or by
# sudo; without either it says what to install. A PostgreSQL server of the
# system is never used nor made: the tests start clusters of their own.
set -euo pipefail
cd "$(dirname "$0")/.."

want=${1:-test}
export DEBIAN_FRONTEND=noninteractive

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

have_postgres() {
	have initdb && have postgres && return 0
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}
have_chromium() { have chromium || have chromium-browser || have google-chrome; }
have_persian_font() { have fc-list && [ -n "$(fc-list :lang=fa file 2>/dev/null)" ]; }

# missing prints the Debian packages that are needed and not there.
missing() {
	have node || echo nodejs
	have npm || echo npm
	[ "$want" = test ] || return 0
	have_chromium || echo chromium
	have_postgres || echo postgresql
	have pdftotext || echo poppler-utils
	have openssl || echo openssl
	[ -e /usr/lib/apache2/modules/mod_auth_openidc.so ] || echo apache2-bin libapache2-mod-auth-openidc
	have_persian_font || echo fontconfig fonts-noto-core
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n -E "$@"; fi
}

apt() { as_root apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -qq "$@" </dev/null >/dev/null; }

install_packages() {
	local list=$1
	have apt-get || die "please install what these Debian packages hold, then try again: $list"
	if [ "$(id -u)" != 0 ] && ! { have sudo && sudo -n true 2>/dev/null; }; then
		die "this needs root. Please run: apt-get install --no-install-recommends $list"
	fi
	say "installing by apt-get: $list"
	apt update || die "apt-get update failed; is there a network?"
	case " $list " in
	*' postgresql '*) # only the programs: no server of the system
		apt install -y --no-install-recommends postgresql-common
		as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
		;;
	esac
	# shellcheck disable=SC2086 # a list of package names
	apt install -y --no-install-recommends $list || die "apt-get could not install: $list"
}

packages=$(missing | xargs)
if [ -n "$packages" ]; then
	install_packages "$packages"
	left=$(missing | xargs)
	[ -z "$left" ] || die "installed, but still not found: $left"
fi

have go || die "Go is missing; go.mod names the version"
go version >/dev/null 2>&1 || die "$(go version 2>&1)"

# The npm packages of the lock file: the font, and for the tests the
# accessibility checker and openid-client. The stamp holds the checksum of the
# lock file they came from.
stamp=web/node_modules/.tarazu-lock
lock=$(sha256sum web/package-lock.json | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]; then
	say "fetching the npm packages of web/package-lock.json"
	for try in 1 2 3; do
		(cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2) && break
		[ "$try" != 3 ] || die "npm could not fetch the packages"
		say "npm failed; trying again"
		sleep 3
	done
	printf '%s\n' "$lock" >"$stamp"
fi
