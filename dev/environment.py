"""The whole set-up in order; each step does only what is missing."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from dev import cluster, leftovers, machine, templates, tree, venv
from dev.odoo import Odoo
from dev.paths import CHECKOUT, PYTHON, addon_link
from dev.processes import die_with_parent, locked
from dev.progress import say

_WAITING = "Another command is setting this checkout up; waiting for it."


def ensure_python() -> None:
    """Have the virtual environment and the addon's link, without Odoo or a database."""
    with locked("setup", waiting=_WAITING):
        machine.ensure(machine.FOR_PYTHON)
        venv.ensure()
        addon_link()


def run_module(name: str) -> int:
    """Run a module of ours in the virtual environment; return its exit code."""
    return subprocess.run(
        [PYTHON, "-m", name], cwd=CHECKOUT, preexec_fn=die_with_parent()
    ).returncode


@contextmanager
def ready() -> Iterator[Odoo]:
    """Have everything but the databases; the cluster is up while the body runs."""
    with locked("setup", waiting=_WAITING):
        machine.ensure()
        venv.ensure()
        addon_link()
        found = tree.ensure()
    with cluster.running() as running:
        leftovers.remove(running)
        yield Odoo(found, running)


def set_up() -> None:
    """Make everything, so that the next command starts at once."""
    with ready() as odoo:
        for flavour in (templates.TEST, templates.DEMO):
            templates.ensure_template(odoo, flavour)
    say("Ready.")
