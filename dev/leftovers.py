"""What commands leave that were killed: databases, files of a moment, old logs."""

import re
import shutil
import time
from pathlib import Path

from dev.cluster import Cluster
from dev.databases import drop
from dev.paths import LOGS, RUN

KEPT_LOGS = 24 * 3600
"""Seconds for which the logs of an ended stack are kept."""

_OF_PROCESS = re.compile(r"(?:run_|export-|share-|junit-[\w-]+-)(\d+)")


def remove(cluster: Cluster) -> None:
    """Remove everything of that kind whose process is gone."""
    rows = cluster.psql("SELECT datname FROM pg_database WHERE datname LIKE 'run\\_%'")
    for (name,) in rows:
        if _is_orphan(name):
            drop(cluster, name)
    for path in RUN.iterdir():
        if _is_orphan(path.name):
            _remove(path)
    oldest = time.time() - KEPT_LOGS
    for path in LOGS.glob("run_*"):
        if _is_orphan(path.name) and path.stat().st_mtime < oldest:
            _remove(path)


def _is_orphan(name: str) -> bool:
    found = _OF_PROCESS.match(name)
    return found is not None and not Path("/proc", found[1]).exists()


def _remove(path: Path) -> None:
    # Another command may be removing the same at this moment.
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
