"""Write one comment per repository through the `gh` command, and edit that one on a second time."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from autograder.repos.git import GitError, without_credentials

_MOST = 60_000  # characters; GitHub takes 65,536
_SECONDS = 60


def require() -> str:
    """Return the path of `gh`.

    Raises:
        GitError: It is not installed.
    """
    path = shutil.which("gh")
    if path is None:
        raise GitError(
            "The `gh` command is not installed (https://cli.github.com). Leave out --gh-comment, or install it."
        )
    return path


def write(address: str, assignment: str, text: str) -> str:
    """Write the comment, or edit the one that an earlier run wrote; return what was done.

    It goes under the pull request "Feedback", if GitHub Classroom made one, else it is an issue of its own. Only what carries our
    marker and was written by ourselves is ever edited: anybody can copy a marker.

    Raises:
        GitError: `gh` failed.
    """
    host, repository = _repository(address)
    marker = f"<!-- grading:{assignment} -->"
    if len(text) > _MOST:
        text = text.split("\n## ")[0] + f"\n\nThe rest is on the branch `grading/{assignment}`."
    body = f"{marker}\n{text}"
    try:
        return _write(host, repository, assignment, body, marker)
    except (KeyError, TypeError, AttributeError) as error:
        raise GitError(f"`gh` gave an answer of another form ({type(error).__name__}: {error}).") from error


def _write(host: str, repository: str, assignment: str, body: str, marker: str) -> str:
    me = _gh(host, "user")["login"]
    known = _gh(host, f"repos/{repository}/issues?state=all&per_page=100", pages=True)
    pull = next((i["number"] for i in known if "pull_request" in i and i.get("title") == "Feedback"), None)
    if pull is not None:
        said = _gh(host, f"repos/{repository}/issues/{pull}/comments?per_page=100", pages=True)
        path, new = "issues/comments/{id}", f"issues/{pull}/comments"
    else:
        said, path, new = [i for i in known if "pull_request" not in i], "issues/{number}", "issues"
    mine = next(
        (s for s in said if marker in (s.get("body") or "") and (s.get("user") or {}).get("login") == me),
        None,
    )
    if mine is None:
        values = {"body": body} if pull is not None else {"title": f"Feedback on {assignment}", "body": body}
        _gh(host, f"repos/{repository}/{new}", "POST", values)
        return "comment written"
    if mine["body"] == body:
        return "comment unchanged"
    _gh(host, f"repos/{repository}/{path.format(**mine)}", "PATCH", {"body": body})
    return "comment edited"


def _repository(address: str) -> tuple[str, str]:
    """Return the host (empty for a folder) and `owner/name`."""
    match = re.search(r"([\w.-]+)[/:]([\w.-]+?)(?:\.git)?/?$", address)
    if match is None:
        raise GitError(f"{without_credentials(address)} does not end in owner/name.")
    host = re.match(r"(?:https://|ssh://)?(?:[^@/]*@)?([\w.-]+)", address)
    return (host[1] if host is not None and not address.startswith("/") else ""), f"{match[1]}/{match[2]}"


def _gh(
    host: str, path: str, method: str = "GET", values: dict[str, str] | None = None, pages: bool = False
) -> Any:
    command = [
        require(),
        "api",
        "--method",
        method,
        *(["--hostname", host] if host else []),
        *(["--paginate"] if pages else []),
    ]
    if values is not None:
        command += ["--input", "-"]
    try:
        done = subprocess.run(
            [*command, path], input=json.dumps(values) if values is not None else "", capture_output=True, text=True,
            timeout=_SECONDS, check=False, cwd=Path.home(), env={**os.environ, "GH_PROMPT_DISABLED": "1", "GH_PAGER": "cat"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise GitError(f"`gh api {path}` took more than {_SECONDS} s.") from error
    if done.returncode:
        raise GitError(f"`gh api {path}` failed: {without_credentials(done.stderr.strip())[:300]}")
    try:
        answers = _documents(done.stdout)
    except ValueError as error:
        raise GitError(f"`gh api {path}` gave no JSON.") from error
    if pages:
        return [row for answer in answers for row in answer]
    return answers[0] if answers else {}


def _documents(text: str) -> list[Any]:
    """Return JSON documents that stand one after the other, as `gh api --paginate` prints them."""
    decoder, found, position = json.JSONDecoder(), [], 0
    text = text.strip()
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        found.append(value)
        while position < len(text) and text[position].isspace():
            position += 1
    return found
