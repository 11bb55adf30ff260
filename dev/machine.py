"""Debian packages that the machine lacks: named first, then installed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from dev import base_python
from dev.processes import locked, run
from dev.progress import SetupError, say, step


def postgresql_bin() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs, if there is one."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = {int(path.parts[-3]): path.parent for path in found}
    return versions[max(versions)] if versions else None


def _on_path(program: str) -> Callable[[], bool]:
    return lambda: shutil.which(program) is not None


REQUIRED: dict[str, Callable[[], bool]] = {
    "postgresql": lambda: postgresql_bin() is not None,
    "python3-venv": base_python.has_ensurepip,
    "chromium": _on_path("chromium"),
}
"""Package → whether what we need of it is there."""

WANTED: dict[str, Callable[[], bool]] = {"wkhtmltopdf": _on_path("wkhtmltopdf")}
"""Newer Debian releases do without these; then Odoo cannot make its own PDF."""


FOR_PYTHON = frozenset({"python3-venv"})
"""All that the checks and the tests without Odoo need."""

EVERYTHING = frozenset({*REQUIRED, *WANTED})


def ensure(packages: Collection[str] = EVERYTHING) -> None:
    """Install those of the Debian `packages` that are missing.

    Raise SetupError, with what to type, where that is impossible.
    """
    if _missing(REQUIRED, packages) or _missing(WANTED, packages):
        with locked("machine", waiting="Another command installs Debian packages."):
            _install_missing(packages)


def _missing(
    known: Mapping[str, Callable[[], bool]], packages: Collection[str]
) -> list[str]:
    return [name for name in known if name in packages and not known[name]()]


def _install_missing(packages: Collection[str]) -> None:
    missing, wanted = _missing(REQUIRED, packages), _missing(WANTED, packages)
    if not missing and not wanted:
        return
    prefix = _as_root(missing + wanted)
    if prefix is None:
        if not missing:
            say(f"Without {', '.join(wanted)} Odoo makes no PDF. It goes on.")
            return
        raise SetupError(
            "Debian packages are missing, and there is neither root nor sudo here. "
            f"Install them, then try again:\n    apt-get install {' '.join(missing)}"
        )
    with step("Reading Debian's list of packages"):
        run([*prefix, "apt-get", "update"], log="machine")
    obtainable = [name for name in wanted if _has_candidate(name)]
    for name in sorted(set(wanted) - set(obtainable)):
        say(f"This release has no package {name}: Odoo makes no PDF here. It goes on.")
    _install(prefix, missing + obtainable)
    still = [name for name in missing if not REQUIRED[name]()]
    if still:
        raise SetupError(f"Installed, but not usable: {', '.join(still)}.")


def _install(prefix: list[str], packages: list[str]) -> None:
    if not packages:
        return
    say(f"Debian packages that are missing here: {', '.join(packages)}")
    with step("Installing them"):
        command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
        run([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *command], "machine")


def _as_root(packages: list[str]) -> list[str] | None:
    """Return what to put before a command that needs root; None without a way."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo"]
    if not sys.stdin.isatty():
        return None
    say(f"Debian packages to be installed: {', '.join(packages)}. sudo may ask you.")
    return ["sudo"] if subprocess.run(["sudo", "-v"]).returncode == 0 else None


def _has_candidate(package: str) -> bool:
    shown = subprocess.run(
        ["apt-cache", "policy", package],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout
    return "Candidate:" in shown and "Candidate: (none)" not in shown
