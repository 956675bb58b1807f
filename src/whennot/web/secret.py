"""The key that signs cookies: made at first start, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NAME = "web.key"
BYTES = 48


def secret_key(home: Path) -> str:
    """Return the home's signing key, made at first use with mode 0600.

    A home that cannot be written gets a key for this run alone: people sign in again next time.
    """
    path = home / NAME
    try:
        if (kept := path.read_text(encoding="ascii").strip()) and len(kept) >= BYTES:
            return kept
    except (OSError, UnicodeDecodeError):
        pass
    made = secrets.token_urlsafe(BYTES)
    try:
        home.mkdir(parents=True, mode=0o700, exist_ok=True)
        write_private(path, made)
    except OSError:
        return made
    return made


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    part.replace(path)
