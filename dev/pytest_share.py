"""Pytest plugin for several processes that share the same tests among them.

Each collects all tests and takes, one after the other, those that nobody has taken: a
class that nobody has begun, else what is left of one. Who takes a test makes a file in
the folder that they share. Use: `pytest -p dev.pytest_share --share=FOLDER`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stamps import digest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the shared folder."""
    parser.addoption("--share", type=Path, help="folder for notes on who takes what")


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run this process's share; pytest itself would run all."""
    if session.testsfailed:
        raise session.Interrupted(f"{session.testsfailed} errors during collection")
    share = take(session.items, session.config.getoption("--share"))
    item = next(share, None)
    while item is not None:
        # Pytest tears a class down when the next test is not of it.
        following = next(share, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def take(items: list[pytest.Item], folder: Path) -> Iterator[pytest.Item]:
    """Take tests as long as there are any.

    Classes of few tests come first: theirs are the long ones, and the many short ones
    of the others fill up the end.
    """
    classes: dict[str, list[pytest.Item]] = {}
    for item in items:
        classes.setdefault(item.nodeid.rpartition("::")[0], []).append(item)
    ordered = sorted(classes, key=lambda name: len(classes[name]))
    for name in ordered:
        if _is_mine(folder, name):
            yield from (item for item in classes[name] if _is_mine(folder, item.nodeid))
    for name in reversed(ordered):
        # Whoever has begun the class comes from the front.
        left = reversed(classes[name])
        yield from (item for item in left if _is_mine(folder, item.nodeid))


def _is_mine(folder: Path, name: str) -> bool:
    """Take what has this name; return False when somebody has taken it before."""
    try:
        (folder / digest(name)).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
