#!/usr/bin/env bash
# Pins every dependency with its hashes: constraints-dev.txt for a checkout (everything), constraints.txt for users (run time only).
# The files name no index: whatever index the installer of the machine is set to must deliver exactly these bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

command -v uv >/dev/null || { echo "make constraints: needs uv on the PATH (it resolves for all platforms at once)" >&2; exit 1; }

# The last cryptography with wheels for Macs with Intel processors is 48; nothing here may be built from source.
platform_pins() {
  echo "cryptography>=50 ; sys_platform != 'darwin' or platform_machine != 'x86_64'"
  echo "cryptography<49 ; sys_platform == 'darwin' and platform_machine == 'x86_64'"
}

pin() { # pin OUTPUT [uv options]
  local output=$1
  shift
  platform_pins | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
    --no-emit-index-url --no-emit-find-links --output-file "$output" "$@" pyproject.toml - >/dev/null
}

pin constraints-dev.txt --upgrade --group dev --group build
cp constraints-dev.txt constraints.txt # uv keeps the versions that stand in the output file
pin constraints.txt
