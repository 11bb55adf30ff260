"""Delete everything that the set-up has made in this checkout."""

import fcntl
import shutil

from dev import cluster
from dev.paths import HOME, RUN
from dev.progress import SetupError, step


def clean() -> int:
    """Delete the cluster and the folder of the set-up; refuse while they are in use."""
    if not HOME.exists():
        return 0
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / "cluster.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupError(
                "The demo or a test is still running in this checkout: stop it first."
            ) from None
        with step("Deleting what the set-up has made"):
            cluster.remove()
            shutil.rmtree(HOME)
    return 0
