"""Which Python the virtual environment is made with."""

import functools
import subprocess
import sys
from pathlib import Path

_OF_THE_SYSTEM = Path("/usr/bin/python3")
_OLDEST = (3, 10)
"""Odoo 19 runs on no older one (`odoo/release.py`, MIN_PY_VERSION)."""

_VERSION = "import sys; print(*sys.version_info[:2]); print(sys.version)"


def path() -> Path:
    """Return the system's own Python where it can run Odoo, else the one that runs us.

    Odoo's package is made for Debian's, and Debian compiles it with optimizations that
    one built by hand seldom has: plain Python runs 1.7 times faster. Where only the
    other one can make an environment, nothing has to be installed for that.
    """
    ours = Path(sys.executable)
    numbers, _text = _version(_OF_THE_SYSTEM)
    if numbers < _OLDEST:
        return ours
    return _OF_THE_SYSTEM if _can(_OF_THE_SYSTEM) or not _can(ours) else ours


def version() -> str:
    """Return what `sys.version` is there."""
    return _version(path())[1]


def has_ensurepip() -> bool:
    """Return whether it can make a virtual environment."""
    return _can(path())


def _can(python: Path) -> bool:
    return _runs(python, "import ensurepip").returncode == 0


@functools.cache
def _version(python: Path) -> tuple[tuple[int, ...], str]:
    if not python.exists():
        return (), ""
    first, _newline, text = _runs(python, _VERSION).stdout.partition("\n")
    return tuple(int(number) for number in first.split()), text


def _runs(python: Path, code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([python, "-I", "-c", code], capture_output=True, text=True)
