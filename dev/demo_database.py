"""The database of `make demo`, `make run` and `make shell`, which lasts."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from dev import templates
from dev.databases import get_comment, make_clone, set_comment
from dev.odoo import Odoo
from dev.paths import RUN
from dev.processes import wait_until
from dev.progress import SetupError, say

NAME = "demo"
STATE = RUN / "simulator.json"
"""Where the simulator keeps its world while the demo is down."""

ADDRESSES = RUN / "demo.addresses"


class AlreadyUpError(SetupError):
    """Another command of this checkout has the demo up."""


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


def ensure_for_shell(odoo: Odoo) -> None:
    """Have the demo database, whether or not the demo is up."""
    try:
        with _alone():
            ensure(odoo)
    except AlreadyUpError:
        # The demo that is up may be making the database at this moment.
        wait_until(lambda: bool(get_comment(odoo.cluster, NAME)), "The database", 120)


@contextmanager
def _alone() -> Iterator[None]:
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / "demo.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = ADDRESSES.read_text() if ADDRESSES.is_file() else ""
            raise AlreadyUpError(f"The demo is up already. {where}") from None
        yield
