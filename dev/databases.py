"""Databases and their stored files: copy, rename, drop; whose they are."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.cluster import Cluster
from dev.paths import DATA
from dev.processes import locked


@contextmanager
def clone(cluster: Cluster, template: str, purpose: str) -> Iterator[str]:
    """Have a copy of `template` while the body runs; its name tells the process."""
    name = f"run_{os.getpid()}_{purpose}"
    make_clone(cluster, template, name)
    try:
        yield name
    finally:
        drop(cluster, name)


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


def rename(cluster: Cluster, old: str, new: str) -> None:
    """Put the database `old`, with its files, in the place of `new`."""
    drop(cluster, new)
    if _filestore(old).exists():
        _filestore(old).rename(_filestore(new))
    cluster.psql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def drop(cluster: Cluster, name: str) -> None:
    """Delete the database `name` and its files, if they are there."""
    cluster.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    if _filestore(name).exists():
        shutil.rmtree(_filestore(name))


def get_comment(cluster: Cluster, name: str) -> str:
    """Return the comment on the database `name`; '' when there is none of either."""
    rows = cluster.psql(
        "SELECT coalesce(shobj_description(oid, 'pg_database'), '') "
        f"FROM pg_database WHERE datname = '{name}'"
    )
    return rows[0][0] if rows else ""


def set_comment(cluster: Cluster, name: str, text: str) -> None:
    """Set the comment on the database `name`: the stamp of what it was made of."""
    cluster.psql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


def _filestore(name: str) -> Path:
    return DATA / "filestore" / name
