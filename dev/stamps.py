"""Stamps tell which step of the set-up was finished, and for which inputs."""

import hashlib
import os
from pathlib import Path

from dev.paths import STAMPS


def digest(*parts: str | bytes) -> str:
    """Return one short hash over `parts`; their borders count."""
    result = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        result.update(len(data).to_bytes(8, "big") + data)
    return result.hexdigest()[:16]


def is_current(name: str, key: str) -> bool:
    """Return whether the step `name` was finished for the inputs `key`."""
    path = STAMPS / name
    return path.is_file() and path.read_text() == key


def set_stamp(name: str, key: str) -> None:
    """Note that the step `name` is finished for the inputs `key`."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    write_atomically(STAMPS / name, key)


def clear_stamp(name: str) -> None:
    """Forget the step `name`; done before its result is touched."""
    (STAMPS / name).unlink(missing_ok=True)


def write_atomically(path: Path, text: str) -> None:
    """Write `text` so that a reader sees the old or the new file, never a half one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.rename(path)
