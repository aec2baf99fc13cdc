#!/usr/bin/env bash
# Installs Debian's Chromium for the tests that open pages; where that is not possible they are skipped, with the reason.
set -uo pipefail

for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && { echo "browser: $(command -v "$name")" && exit 0; }
done
if ((EUID == 0)) && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update >/dev/null && apt-get -qq install -y --no-install-recommends chromium >/dev/null
fi
command -v chromium || echo "browser: none here and none could be installed; the tests that open pages are skipped"
