#!/bin/sh
# Install a locked set of requirements into a virtual environment, which is made if need be.
# Usage: install.sh VENV SET STAMP…   SET: the name of requirements/SET.txt. The stamps are touched at success.
# PYTHON names the interpreter to make the environment with; without it the newest supported one is found.
set -eu
venv=$1
set_name=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
log=$root/build/logs/install-$set_name.log
mkdir -p "$root/build/logs"

usable='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'

find_python() {
  for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
    if "$candidate" -c "$usable" >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  cat >&2 <<MESSAGE
No usable Python: looked for ${PYTHON:-python3.13, python3.12, python3.11 and python3 on PATH}.
  needed   CPython 3.11, 3.12 or 3.13 with the modules venv and ensurepip
  repair   install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13),
           or name yours: make demo PYTHON=/path/to/python3.12
MESSAGE
  return 1
}

# Read pip's output, show one line of progress on a terminal, keep everything in the log.
show_progress() {
  awk -v log_file="$log" -v total="$1" -v live="$2" '
    { print > log_file }
    /^ *(Collecting|Requirement already satisfied)/ {
      n++; sub(/^ *(Collecting|Requirement already satisfied:?) */, "")
      if (live) printf "\r\033[K  %d/%d %s", n, total, $1
    }
    /^Installing collected/ { if (live) printf "\r\033[K  unpacking" }
    END { if (live) printf "\r\033[K" }'
}

if ! "$venv/bin/python" -c "$usable" >/dev/null 2>&1; then
  python=$(find_python)
  echo "→ $("$python" -V) makes ${venv#"$root"/}"
  "$python" -m venv --clear "$venv"
fi

packages=$(grep -c '^[a-zA-Z0-9].*==' "$root/requirements/$set_name.txt")
echo "→ installs requirements/$set_name.txt ($packages packages, once; build/logs/install-$set_name.log)"
live=$(test -t 1 && echo 1 || echo 0)
pip="$venv/bin/python -m pip --disable-pip-version-check install --no-compile --require-hashes"
started=$(date +%s)
rm -f "$log.failed"
{
  $pip -r "$root/requirements/build.txt" 2>&1 &&
    $pip --no-build-isolation -r "$root/requirements/$set_name.txt" 2>&1 &&
    case $set_name in
      demo | test) $pip --no-deps -r "$root/requirements/data.txt" 2>&1 ;;
    esac &&
    case $set_name in
      test) $pip --no-deps --no-build-isolation -r "$root/requirements/data-models.txt" 2>&1 ;;
    esac || touch "$log.failed"
} | show_progress "$packages" "$live"
if [ -e "$log.failed" ]; then
  grep -E '^(ERROR|error|WARNING: Retrying)' "$log" | tail -5 >&2 || true
  echo "Installing requirements/$set_name.txt failed; all of pip's output is in $log." >&2
  echo "  repair   check that pip reaches your package index (pip config list), then run make again" >&2
  exit 1
fi
echo "  done in $(($(date +%s) - started)) s"
for stamp in "$@"; do
  mkdir -p "$(dirname "$stamp")"
  touch "$stamp"
done
