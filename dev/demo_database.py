"""The database of `make demo`, `make run` and `make shell`, which lasts."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from dev import templates
from dev.databases import get_comment, make_clone, set_comment
from dev.odoo import Odoo
from dev.paths import RUN
from dev.progress import SetupError, say

NAME = "demo"
STATE = RUN / "simulator.json"
"""Where the simulator keeps its world while the demo is down."""

ADDRESSES = RUN / "demo.addresses"


def ensure(odoo: Odoo, anew: bool = False) -> None:
    """Have the demo database; made anew when asked, or when the addon has changed."""
    template = templates.ensure_template(odoo, templates.DEMO)
    key = get_comment(odoo.cluster, template)
    found = get_comment(odoo.cluster, NAME)
    if found == key and not anew:
        return
    if found and found != key:
        say("The addon has changed: the demo database is made anew.")
    STATE.unlink(missing_ok=True)
    make_clone(odoo.cluster, template, NAME)
    set_comment(odoo.cluster, NAME, key)


@contextmanager
def fresh(odoo: Odoo) -> Iterator[str]:
    """Have the demo database as it is after installation, for this process alone."""
    with _alone():
        ensure(odoo, anew=True)
        yield NAME


@contextmanager
def lasting(odoo: Odoo) -> Iterator[str]:
    """Have the demo database as it was left, for this process alone."""
    with _alone():
        ensure(odoo)
        yield NAME


def is_in_use() -> bool:
    """Return whether `make demo` or `make run` is up in this checkout."""
    try:
        with _alone():
            return False
    except SetupError:
        return True


@contextmanager
def _alone() -> Iterator[None]:
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / "demo.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = ADDRESSES.read_text() if ADDRESSES.is_file() else ""
            raise SetupError(
                f"The demo is up already in this checkout. {where}"
            ) from None
        yield
