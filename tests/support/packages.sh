#!/bin/sh
# Debian packages of the tests: browser, database, bus, PDF tools. Installs what is missing when it may, else says it in one line.
set -eu
missing=""
# The program, its package and, if it lies outside the usual folders, where else to look.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  for place in ${3:-}; do [ -x "$place" ] && return; done
  missing="$missing $2"
}
need chromium chromium
need initdb postgresql "/usr/lib/postgresql/*/bin/initdb"
need redis-server redis-server
need pdfsig poppler-utils
need certutil libnss3-tools
need openssl openssl
need softhsm2-util softhsm2
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing$missing…"
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif [ "${CI:-}" = true ]; then
  echo "Missing:$missing" >&2
  exit 1
else
  echo "For all tests to run, install:$missing (as root: apt-get install$missing). Tests that need them are skipped."
fi
