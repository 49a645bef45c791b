#!/bin/sh
# The tests look at notebooks and pages in a real browser: chromium, where the user may install packages.
set -eu

if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; then
    exit 0
fi
install="apt-get install -y -qq --no-install-recommends chromium"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium, for the tests in a browser …"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install >/dev/null
elif sudo -n true 2>/dev/null && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium, for the tests in a browser …"
    sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive $install >/dev/null
else
    echo "No chromium: the tests in a browser will be skipped. To have them: sudo apt-get install chromium" >&2
fi
