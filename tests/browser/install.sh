#!/usr/bin/env bash
# Makes sure that there is a browser for the tests: one that is installed, else Debian's, else Playwright's own.
set -euo pipefail

found() { python -m tests.browser.chromium; }

found && exit 0

root=()
[ "$(id -u)" = 0 ] || root=(sudo -n)
if command -v apt-get >/dev/null && "${root[@]}" true 2>/dev/null && [ -f /etc/debian_version ] && ! grep -qi ubuntu /etc/os-release; then
    echo 'Installing Chromium with apt-get ...'
    "${root[@]}" apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -qq -y --no-install-recommends chromium >/dev/null || true
    found && exit 0
fi

echo 'Installing Chromium with Playwright ...'
playwright install chromium && found && exit 0

echo 'No browser could be installed: the tests that need one will be skipped. Install Chrome or Chromium to run them.' >&2
