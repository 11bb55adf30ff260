"""A copy of the addon as it is shipped, for tools that read whole folders."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.paths import ADDON, CHECKOUT, RUN

NOT_SHIPPED = ("dev/", "docs/", "simulator/", "tests/pure/", "tests/stories/", ".")
"""Beginnings of paths: what is no part of the addon that Odoo sees."""


@contextmanager
def exported() -> Iterator[Path]:
    """Have the copy, under the addon's name, in a folder of its own; return it.

    The checkout itself will not do: it may be called anything, and holds `.odoo`.
    """
    parent = RUN / f"export-{os.getpid()}"
    target = parent / ADDON
    try:
        for name in files():
            if not name.startswith(NOT_SHIPPED):
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(CHECKOUT / name, target / name)
        yield target
    finally:
        shutil.rmtree(parent, ignore_errors=True)


def files(*patterns: str) -> list[str]:
    """Return the files of the checkout that git has or would add, sorted."""
    # In a container the checkout often belongs to somebody else; we only read it.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    options = ["--cached", "--others", "--exclude-standard"]
    done = subprocess.run(
        [*command, *options, "--", *patterns],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(set(done.stdout.split("\0")) - {""})
    return [name for name in names if (CHECKOUT / name).is_file()]
