"""A real browser for tests: Debian's chromium, driven by Playwright, and a JupyterLab to look at."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_QUIET = [
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
# Text, its background behind all that is transparent, and the contrast of the two (WCAG 2.2, 1.4.3).
_CONTRASTS = """
root => {
  const parse = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
  const background = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(each).backgroundColor);
      layers.unshift([r, g, b, a]);
    }
    return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = rgb => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  for (const element of [root, ...root.querySelectorAll('*')]) {
    if (![...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    let opacity = 1;
    for (let each = element; each; each = each.parentElement) opacity *= Number(getComputedStyle(each).opacity);
    const below = background(element);
    const [r, g, b, a = 1] = parse(getComputedStyle(element).color);
    const [x, y] = [light(over([r, g, b, a * opacity], below)), light(below)].sort((p, q) => q - p);
    found.push([element.textContent.trim().slice(0, 40), (x + 0.05) / (y + 0.05)]);
  }
  return found;
}
"""


@contextmanager
def chromium(**options: Any) -> Iterator[Any]:
    """Yield a new page of a headless chromium; where there is none, skip, but fail in continuous integration."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        why = "no browser: apt-get install chromium, and pip install playwright"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_QUIET, *alone])
        try:
            yield browser.new_page(**options)
        finally:
            browser.close()


def contrasts(element: Any) -> dict[str, float]:
    """Return the contrast of every text in an element with what is behind it, by the text's beginning."""
    return dict(element.evaluate(_CONTRASTS))


@contextmanager
def jupyterlab(folder: Path, home: Path, where: Path | None = None, **environment: str) -> Iterator[str]:
    """Serve a folder by JupyterLab with settings of its own in `home`; yield the address, `{}` for the path.

    It is started in `where` (default: `home`), which is where nbgrader looks for its settings.
    """
    token, settings = secrets.token_hex(16), home / "settings"
    (home / "data").mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}", "--ServerApp.open_browser=False"),
        *("--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]  # fmt: skip
    own = {
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_NO_CONFIG": "1",
    }
    with (home / "jupyter.log").open("w") as log:
        server = subprocess.Popen(
            command, env={**os.environ, **own, **environment}, cwd=where or home, stdout=log, stderr=log
        )
        try:
            port = _port(server, home / "jupyter.log")
            yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token={token}"
        finally:
            server.terminate()
            server.wait(20)


def _port(server: subprocess.Popen[bytes], log: Path) -> str:
    """Return the port that the server says it listens on, once it answers."""
    for _ in range(1200):
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text())
        if found:
            with (
                contextlib.suppress(ConnectionError, urllib.error.URLError),  # it says so before it listens
                urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/api", timeout=20),
            ):
                return found[1]
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")
