#!/bin/sh
# Install newman, Postman's own runner of collections, exactly as tests/e2e/newman/package-lock.json locks it.
# Usage: install_newman.sh DIRECTORY STAMP. The registry is the one that npm is configured to use.
set -eu
directory=$1
stamp=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
log=$root/build/logs/install-newman.log
mkdir -p "$root/build/logs" "$directory"

if ! command -v npm >/dev/null 2>&1; then
  cat >&2 <<MESSAGE
There is no npm on PATH: newman, which runs Postman collections, is a program for Node.js.
  repair   install Node.js 16 or newer with npm (Debian, Ubuntu: apt install nodejs npm; macOS: brew install node)
MESSAGE
  exit 1
fi

cp "$root/tests/e2e/newman/package.json" "$root/tests/e2e/newman/package-lock.json" "$directory"
echo "→ installs newman ($(grep -c '"integrity"' "$directory/package-lock.json") packages, once; build/logs/install-newman.log)"
export npm_config_cache="${npm_config_cache:-$root/build/cache/npm}"
started=$(date +%s)
if ! npm ci --prefix "$directory" --ignore-scripts --no-audit --no-fund --omit=dev >"$log" 2>&1; then
  grep -E '^npm (error|ERR)' "$log" | head -5 >&2 || true
  echo "Installing newman failed; all of npm's output is in $log." >&2
  echo "  repair   check that npm reaches your registry (npm ping), then run make newman again" >&2
  exit 1
fi
echo "  done in $(($(date +%s) - started)) s"
touch "$stamp"
