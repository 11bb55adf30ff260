"""Databases: templates of Odoo, templates with the addon, and clones to work on.

A template is trusted only when its comment holds the hash of all that went into it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev import stamps
from dev.cluster import Cluster
from dev.odoo import Odoo, modules_option, problems
from dev.paths import ADDON, CHECKOUT, DATA
from dev.processes import locked, log_path, run
from dev.progress import SetupError, step

INSTALLED_SUFFIXES = {".py", ".xml", ".csv", ".po", ".js", ".scss", ".sql"}
NOT_INSTALLED = {"tests", "simulator", "dev", "docs", "build", "dist"}


@dataclass(frozen=True)
class Flavour:
    """A kind of database: its name, Odoo's modules in it, with demo data or not."""

    name: str
    modules: tuple[str, ...]
    demo: bool


DEMO = Flavour(
    "demo", ("sale_management", "l10n_fr_account", "payment", "web_tour"), demo=True
)
TEST = Flavour(
    "test", ("sale_management", "l10n_fr_account", "payment", "web_tour"), demo=False
)


def ensure_base(odoo: Odoo, flavour: Flavour) -> str:
    """Make the template with Odoo's own modules; return its name."""
    name = f"base_{flavour.name}"
    key = stamps.digest(odoo.tree.identity, *flavour.modules, str(flavour.demo))
    with locked(name, waiting=f"Another command makes the database {name}; waiting."):
        if not _is_current(odoo.cluster, name, key):
            kind = "with its demo data" if flavour.demo else "without demo data"
            with step(f"Installing Odoo {kind}"):
                options = ["--load-language=fr_FR"]
                options += ["--with-demo"] if flavour.demo else []
                _build(odoo, name, None, [*modules_option(flavour.modules), *options])
                _finish(odoo.cluster, name, key)
    return name


def ensure_template(odoo: Odoo, flavour: Flavour) -> str:
    """Make the template with the addon as it is in the checkout; return its name.

    Raise SetupError when Odoo's log has a warning about the installation.
    """
    base = ensure_base(odoo, flavour)
    name = f"addon_{flavour.name}"
    with locked(name, waiting=f"Another command makes the database {name}; waiting."):
        base_key = _comment(odoo.cluster, base)
        key = stamps.digest(base_key, addon_digest(CHECKOUT))
        if not _is_current(odoo.cluster, name, key):
            with step(f"Installing the addon ({flavour.name} database)"):
                log = _build(odoo, name, base, modules_option([ADDON]))
                _refuse_problems(log)
                _finish(odoo.cluster, name, key)
    return name


def addon_digest(checkout: Path) -> str:
    """Return a hash over the files of the addon that an installation reads."""
    parts: list[bytes] = []
    for path in sorted(checkout.rglob("*")):
        relative = path.relative_to(checkout)
        top = relative.parts[0]
        if top in NOT_INSTALLED or top.startswith(".") or not path.is_file():
            continue
        if path.suffix in INSTALLED_SUFFIXES:
            parts += [str(relative).encode(), path.read_bytes()]
    return stamps.digest(*parts)


@contextmanager
def clone(odoo: Odoo, template: str, name: str) -> Iterator[str]:
    """Have a database `name`, made from `template`, for as long as the body runs."""
    make_clone(odoo.cluster, template, name)
    try:
        yield name
    finally:
        drop(odoo.cluster, name)


def make_clone(cluster: Cluster, template: str, name: str) -> None:
    """Make the database `name` anew as a copy of `template`, with its files."""
    drop(cluster, name)
    source, target = _filestore(template), _filestore(name)
    if source.is_dir():
        # Odoo never changes a stored file in place, so links are as good as copies.
        shutil.copytree(source, target, copy_function=os.link)
    # Two clones of one template at the same time would disturb each other.
    with locked("clone"):
        cluster.psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop(cluster: Cluster, name: str) -> None:
    """Delete the database `name` and its files, if they are there."""
    cluster.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    if _filestore(name).exists():
        shutil.rmtree(_filestore(name))


def exists(cluster: Cluster, name: str) -> bool:
    """Return whether there is a database `name`."""
    return bool(cluster.psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def _filestore(name: str) -> Path:
    return DATA / "filestore" / name


def _comment(cluster: Cluster, name: str) -> str:
    rows = cluster.psql(
        "SELECT coalesce(shobj_description(oid, 'pg_database'), '') "
        f"FROM pg_database WHERE datname = '{name}'"
    )
    return rows[0][0] if rows else ""


def _is_current(cluster: Cluster, name: str, key: str) -> bool:
    return _comment(cluster, name) == key


def _finish(cluster: Cluster, name: str, key: str) -> None:
    cluster.psql(f"COMMENT ON DATABASE \"{name}\" IS '{key}'")


def _build(odoo: Odoo, name: str, base: str | None, options: list[str]) -> str:
    """Make the database `name` by running Odoo with `options`; return Odoo's log."""
    drop(odoo.cluster, name)
    if base:
        make_clone(odoo.cluster, base, name)
    log = log_path(f"install-{name}")
    log.unlink(missing_ok=True)
    command = odoo.command("-d", name, *options)
    run(command, log.stem, env=odoo.environment())
    return log.read_text()


def _refuse_problems(log: str) -> None:
    found = problems(log)
    if found:
        lines = "\n".join(found)
        raise SetupError(f"Odoo complains while it installs the addon:\n{lines}")


def remove_leftovers(cluster: Cluster) -> None:
    """Drop the clones of commands that were killed."""
    rows = cluster.psql("SELECT datname FROM pg_database WHERE datname LIKE 'run\\_%'")
    for (name,) in rows:
        if not _is_alive(int(name.split("_")[1])):
            drop(cluster, name)


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def clone_name(purpose: str) -> str:
    """Return a database name that tells which process it belongs to."""
    return f"run_{os.getpid()}_{purpose}"
