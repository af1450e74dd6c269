#!/bin/sh
# Compile requirements/*.in to hash-locked requirements/*.txt, good for CPython 3.11 to 3.13 on every platform.
# Usage: lock.sh UV [--upgrade]. The package index is the one the user configured; none is written into the files.
set -eu
uv=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
cd "$(dirname "$0")/../../requirements"
export UV_CUSTOM_COMPILE_COMMAND="make lock"
for name in build demo test checkov sagemaker-sdk lock; do
  echo "→ requirements/$name.txt"
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links "$@" --output-file "$name.txt" "$name.in"
done
