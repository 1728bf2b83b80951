#!/usr/bin/env bash
# Installs what the project needs on this machine, saying what, then runs the asked job with the project's own Node.
# Usage: tools/with-setup.sh start|test|kernels|crash|run [ARG…]; `start` does without what it cannot install.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[2msetup:\033[0m %s\n' "$*" >&2; }
fail() { printf 'error: %s\nhint: %s\n' "$1" "$2" >&2; exit 1; }

# The lock file decides what is installed; a stamp remembers which one that was.
install_packages() {
  local stamp=node_modules/.lanner-lock want
  want=$(sha256sum package-lock.json | cut -d' ' -f1)
  if [ "$(cat "$stamp" 2>/dev/null || true)" = "$want" ]; then
    return
  fi
  command -v npm >/dev/null || fail 'npm is not installed' 'Run: apt-get install -y nodejs npm'
  if [ ! -e "$stamp" ] && node tools/is-installed.cjs; then
    printf '%s' "$want" >"$stamp"
    return
  fi
  say 'installing the npm packages of package-lock.json (npm ci --ignore-scripts)'
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 ||
    fail 'npm ci did not succeed' 'Look at the lines above; with a stale cache, npm cache verify helps.'
  printf '%s' "$want" >"$stamp"
}

# Debian starts a service when its package is installed; tests start what they need themselves, on loopback.
forbid_service_starts() {
  local policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then
    return
  fi
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}

# Done here too: the EXIT trap does not run when exec replaces the shell.
allow_service_starts() {
  if [ -n "$(trap -p EXIT)" ]; then
    rm -f /usr/sbin/policy-rc.d
    trap - EXIT
  fi
}

# Those of the packages of a list that are not installed.
missing_packages() {
  local name
  while read -r name _; do
    case $name in '' | '#'*) continue ;; esac
    dpkg -s "$name" >/dev/null 2>&1 || printf '%s ' "$name"
  done <"$1"
}

apt_install() {
  say "installing system packages: $*"
  DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null </dev/null || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null </dev/null
}

# Packages of the system that a job needs, by the list it names them in.
install_system_packages() {
  local missing
  read -ra missing <<<"$(missing_packages "$1")"
  if [ ${#missing[@]} -eq 0 ]; then
    return
  fi
  if [ "$(id -u)" != 0 ]; then
    fail "these system packages are missing: ${missing[*]}" "Run: sudo apt-get install -y --no-install-recommends ${missing[*]}"
  fi
  forbid_service_starts
  apt_install "${missing[@]}" || fail 'apt-get install did not succeed' "Run: apt-get install -y ${missing[*]}"
  allow_service_starts
}

# The same for what Lanner can do without: it says itself what is missing then, and does the rest.
try_system_packages() {
  local missing
  if ! command -v dpkg >/dev/null || [ "$(id -u)" != 0 ]; then
    return
  fi
  read -ra missing <<<"$(missing_packages "$1")"
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}" || say 'they could not be installed'
}

# npm puts the project's Node 24 (packages node-linux-*) into node_modules/.bin.
use_node() {
  PATH="$PWD/node_modules/.bin:$PATH"
  export PATH
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 24 ] || fail "Node 24 or newer is needed, this is $(node --version)" \
    'On x86-64 and arm64 Linux with glibc, npm ci brings it; elsewhere install Node 24 yourself.'
}

job=${1:-}
shift || true
install_packages
use_node
node tools/gen-registry.ts
if [ "$job" = start ] || [ "$job" = test ]; then
  node tools/build-page.ts
fi
case $job in
  start)
    try_system_packages tools/start-packages.txt
    exec node bin/lanner.mjs up "$@"
    ;;
  test)
    install_system_packages tools/apt-packages.txt
    exec vitest run "$@"
    ;;
  kernels)
    install_system_packages tools/kernels/apt-packages.txt
    exec node tools/kernels.ts "$@"
    ;;
  crash)
    install_system_packages tools/crash/apt-packages.txt
    exec node tools/crash.ts "$@"
    ;;
  run) exec "$@" ;;
  *) fail "unknown job '$job'" 'Use: tools/with-setup.sh start|test|kernels|crash|run [ARG…]' ;;
esac
