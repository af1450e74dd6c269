#!/bin/sh
# Install a program for Node.js exactly as tests/e2e/TOOL/package-lock.json locks it.
# Usage: install_node_tool.sh TOOL DIRECTORY STAMP. The registry is the one that npm is configured to use.
set -eu
tool=$1
directory=$2
stamp=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
log=$root/build/logs/install-$tool.log
mkdir -p "$root/build/logs" "$directory"

if ! command -v npm >/dev/null 2>&1; then
  cat >&2 <<MESSAGE
There is no npm on PATH: $tool is a program for Node.js.
  repair   install Node.js 18 or newer with npm (Debian, Ubuntu: apt install nodejs npm; macOS: brew install node)
MESSAGE
  exit 1
fi

cp "$root/tests/e2e/$tool/package.json" "$root/tests/e2e/$tool/package-lock.json" "$directory"
packages=$(grep -c '"integrity"' "$directory/package-lock.json")
echo "→ installs $tool ($packages packages, once; build/logs/install-$tool.log)"
export npm_config_cache="${npm_config_cache:-$root/build/cache/npm}"
started=$(date +%s)
if ! npm ci --prefix "$directory" --ignore-scripts --no-audit --no-fund --omit=dev >"$log" 2>&1; then
  grep -E '^npm (error|ERR)' "$log" | head -5 >&2 || true
  echo "Installing $tool failed; all of npm's output is in $log." >&2
  echo "  repair   check that npm reaches your registry (npm ping), then run the same command again" >&2
  exit 1
fi
echo "  done in $(($(date +%s) - started)) s"
touch "$stamp"
