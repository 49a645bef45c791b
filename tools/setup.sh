#!/bin/sh
# Set up a virtual environment with everything, and bubblewrap where the user may install packages.
set -eu
PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; '$PYTHON' is $("$PYTHON" --version 2>&1). Name another: make PYTHON=python3.12 …" >&2
    exit 1
}
if [ ! -x "$VENV/bin/python" ]; then
    "$PYTHON" -m venv "$VENV" || {
        echo "No virtual environment could be made in $VENV: the lines above say why. If they name ensurepip, on Debian: sudo apt-get install python3-venv" >&2
        exit 1
    }
fi
echo "Installing Python packages into $VENV (PyTorch is large: several minutes the first time) …"
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check uv
# Byte-compiled now: sandboxes see the libraries read-only, and would compile them anew each time.
"$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --compile-bytecode --editable '.[dev]'

if [ "$(uname -s)" != Linux ]; then
    echo "The sandbox needs Linux: building and testing the notebooks works here, grading refuses (see README)." >&2
elif ! command -v bwrap >/dev/null 2>&1; then
    install="apt-get install -y -qq bubblewrap"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install >/dev/null
    elif sudo -n true 2>/dev/null && command -v apt-get >/dev/null 2>&1; then
        sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive $install >/dev/null
    else
        echo "bubblewrap is missing, and grading refuses to run without a sandbox. Install it: sudo apt-get install bubblewrap" >&2
        exit 1
    fi
fi
