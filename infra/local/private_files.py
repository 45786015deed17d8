"""Secrets that the launcher makes once and keeps beside the data, readable by nobody else."""

import os
from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in `path`; make and keep it first when there is none."""
    if path.exists():
        path.chmod(0o600)
        if secret := path.read_text(encoding="ascii").strip():
            return secret
    secret = make()
    write_private(path, secret)
    return secret


def write_private(path: Path, text: str) -> None:
    """Replace `path` as a whole, mode 0600 from its first byte on."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
    partial.replace(path)
