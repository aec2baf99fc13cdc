#!/usr/bin/env bash
# Tells which edges are really mTLS, who decides it, and what STRICT would break: `service-mesh mtls` with these arguments.
# It only reads. `scripts/validate-mtls.sh mesh/` looks at files, `--snapshot` and `--context` at clusters, `--help` lists the rest.
set -euo pipefail

path=${BASH_SOURCE[0]}
while [[ -L $path ]]; do # the program lies beside this file, not beside a link to it
  target=$(readlink "$path")
  [[ $target == /* ]] || target=$(dirname "$path")/$target
  path=$target
done

export SERVICE_MESH_CALLED_AS=${0##*/}
exec "$BASH" "$(dirname "$path")/service-mesh" mtls "$@"
