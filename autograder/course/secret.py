"""Seeds that nobody can guess: HMAC(course secret, digest of the submission, item)."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from autograder.errors import CourseError


def course_secret(private: Path) -> bytes:
    """Return the course's secret; make it on first use, readable by its owner only."""
    path = private / "secret"
    try:
        private.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            partial = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
            try:
                os.link(
                    partial, path
                )  # unlike a rename, never replaces the secret of a process that was faster
            except FileExistsError:
                pass
            finally:
                partial.unlink()
        secret = path.read_text().strip()
    except OSError as error:
        raise CourseError(f"Cannot read or write the course's secret, {path}: {error.strerror}.") from error
    if len(secret) < 32:
        raise CourseError(
            f"{path} is no secret (too short). Restore it from a backup, or delete it to make a new one."
        )
    return secret.encode()


def derive(secret: bytes, *parts: str) -> int:
    """Return a seed of 63 bits from the secret and some text."""
    message = b"\0".join(part.encode() for part in parts)
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:8], "big") >> 1
