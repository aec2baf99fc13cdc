#!/usr/bin/env bash
# Tells the health of the meshes of a cluster, live or from a snapshot: `service-mesh status` with the arguments given here.
# It only reads. `scripts/mesh-status.sh --demo` looks at a bundled cluster, `--help` lists the options.
set -euo pipefail

path=${BASH_SOURCE[0]}
while [[ -L $path ]]; do # the program lies beside this file, not beside a link to it
  target=$(readlink "$path")
  [[ $target == /* ]] || target=$(dirname "$path")/$target
  path=$target
done

export SERVICE_MESH_CALLED_AS=${0##*/}
exec "$BASH" "$(dirname "$path")/service-mesh" status "$@"
