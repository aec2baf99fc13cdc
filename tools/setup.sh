#!/usr/bin/env bash
# Makes .venv of a checkout: every pinned package and this one, editable. `make setup` runs it only when something changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/service-mesh
source scripts/service-mesh
unset PYTHONDONTWRITEBYTECODE

python='' name=''
# shellcheck disable=SC2086 # PYTHON may hold several candidates
find_python constraints-dev.txt ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}
echo "setup: making .venv with $python"
rm -rf .venv
make_environment "$python" .venv constraints-dev.txt ||
  fail "could not install the packages of constraints-dev.txt; this needs a package index and Python 3.11 to 3.14"
if command -v uv >/dev/null; then
  uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
else
  .venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --no-index --editable .
fi
.venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null || true
touch .venv/.complete
