"""The whole set-up in order; each step does only what is missing."""

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from dev import cluster, leftovers, machine, templates, tree, venv
from dev.odoo import Odoo
from dev.paths import CHECKOUT, PYTHON, addon_link
from dev.processes import die_with_parent
from dev.progress import SetupError, say
from dev.side_by_side import Ended, Job, SideBySide

_FLAVOURS = {flavour.name: flavour for flavour in (templates.TEST, templates.DEMO)}


def ensure_python() -> None:
    """Have the virtual environment and the addon's link, without Odoo or a database."""
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
    machine.ensure()
    # Both are made of downloads, and neither needs the other.
    python = [] if venv.is_ready() else [_job("Python's packages", "python")]
    with SideBySide(python) as ended:
        found = tree.ensure()
        _show(ended)
    addon_link()
    with cluster.running() as running:
        leftovers.remove(running)
        yield Odoo(found, running)


def set_up(what: str = "") -> None:
    """Make everything, or Python's packages (`python`), or a template by its name."""
    if what == "python":
        ensure_python()
        return
    with ready() as odoo:
        if what:
            templates.ensure_template(odoo, _FLAVOURS[what])
            return
        jobs = [_job(f"The {name} database", name) for name in _FLAVOURS]
        with SideBySide(jobs) as ended:
            _show(ended)
    say("Ready.")


def _job(title: str, what: str) -> Job:
    return Job.of_ours(title, "setup", what)


def _show(jobs: Iterable[Ended]) -> None:
    for one in jobs:
        say(one.output.strip())
        if one.code:
            raise SetupError(f"{one.job.title} could not be made.")
