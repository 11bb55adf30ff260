"""The private PostgreSQL cluster of this checkout, on a Unix socket.

Every command that needs it holds a shared lock for as long as it runs. A keeper process
(`python3 -m dev.cluster`) owns the server; it waits for the exclusive lock, which it
gets when nobody is left, however they ended, and then stops the server and itself.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from dev import stamps
from dev.machine import postgresql_bin
from dev.paths import CHECKOUT, HOME, RUN
from dev.processes import die_with_parent, locked, log_path, tail, wait_until
from dev.progress import SetupError, step

PORT = 5432
"""Part of the socket's name only; nothing listens on TCP."""

SUPERUSER = "odoo"
"""Odoo refuses to work as the database user `postgres`."""

SOCKET_PATH_LIMIT = 107
SETTINGS = {
    "listen_addresses": "",
    # Only who can enter as the superuser of this machine's owner gets in.
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # Odoo's queries are short; compiling one takes longer than running it.
    "jit": "off",
    "log_min_messages": "warning",
}
"""Safety on power loss is given up for speed: all of this can be made again."""


@dataclass(frozen=True)
class Cluster:
    """Where the cluster is, and which user of the machine it runs as."""

    folder: Path
    owner: pwd.struct_passwd

    @property
    def data(self) -> Path:
        """Return PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """Return what `db_host` and `psql -h` take."""
        return self.folder

    def psql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """Run one SQL statement; return its rows as texts, NULL as ''."""
        separators = ["-F", "\x1f", "-R", "\x1e"]
        command = ["psql", "-XqAt", *separators, "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*command, *self.arguments(), "-d", database, "-c", statement],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise SetupError(f"SQL failed: {statement}\n{done.stderr.strip()}")
        text = done.stdout.removesuffix("\n")
        return [row.split("\x1f") for row in text.split("\x1e")] if text else []

    def arguments(self) -> list[str]:
        """Return the options with which PostgreSQL's programs find the cluster."""
        return ["-h", str(self.socket_folder), "-p", str(PORT), "-U", SUPERUSER]

    def is_up(self) -> bool:
        """Return whether the server takes connections."""
        program = _program("pg_isready")
        return (
            subprocess.run(
                [program, "-q", *self.arguments(), "-d", "postgres"]
            ).returncode
            == 0
        )


@contextmanager
def running() -> Iterator[Cluster]:
    """Have the cluster up for as long as the body runs; made when it is not there."""
    cluster = locate()
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / "cluster.users").open("a") as users:
        with locked("cluster"):
            fcntl.flock(users, fcntl.LOCK_SH)
            _create(cluster)
            if not cluster.is_up():
                _start(cluster)
        try:
            yield cluster
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            _wait_for_keeper(users.fileno())


def locate() -> Cluster:
    """Return where the cluster is or will be, without touching anything."""
    # PostgreSQL refuses to run as root; Debian's package comes with another user.
    owner = pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("postgres")
    folder = HOME / "pg"
    socket = folder / f".s.PGSQL.{PORT}"
    foreign = owner.pw_uid != os.geteuid()
    if len(bytes(socket)) > SOCKET_PATH_LIMIT or (foreign and not _enterable(CHECKOUT)):
        name = stamps.digest(str(CHECKOUT), str(os.geteuid()))
        folder = Path(tempfile.gettempdir()) / f"odoo-pg-{name}"
    return Cluster(folder, owner)


def remove() -> None:
    """Delete the cluster with all its databases. Nobody may be using it."""
    if postgresql_bin() is None:
        return
    folder = locate().folder
    if folder.exists():
        shutil.rmtree(folder)


def _enterable(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _program(name: str) -> Path:
    programs = postgresql_bin()
    if programs is None:
        raise SetupError("There is no PostgreSQL server here: run `make setup`.")
    return programs / name


def _create(cluster: Cluster) -> None:
    """Run initdb, unless a finished cluster of this PostgreSQL version is there."""
    version = _program("initdb").parts[-3]
    if (cluster.data / "PG_VERSION").is_file():
        found = (cluster.data / "PG_VERSION").read_text().strip()
        if found == version:
            return
        raise SetupError(
            f"{cluster.data} is of PostgreSQL {found}, this machine has {version}. "
            "Run `make clean`, then try again."
        )
    _make_folder(cluster)
    fresh = cluster.folder / "data.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    command = (_program("initdb"), "-D", fresh, "-U", SUPERUSER)
    options = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    with step("Creating a private PostgreSQL cluster"):
        _run_as_owner(cluster, (*command, *options))
        fresh.rename(cluster.data)


def _make_folder(cluster: Cluster) -> None:
    """Make the cluster's folder; refuse one that somebody else has put there."""
    uid, gid = cluster.owner.pw_uid, cluster.owner.pw_gid
    cluster.folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        cluster.folder.mkdir(mode=0o700)
    except FileExistsError:
        stat = cluster.folder.lstat()
        if cluster.folder.is_symlink() or stat.st_uid not in (os.geteuid(), uid):
            raise SetupError(f"{cluster.folder} belongs to another user.") from None
    os.chown(cluster.folder, uid, gid)


def _run_as_owner(cluster: Cluster, command: Sequence[str | Path]) -> None:
    path = log_path("postgresql")
    with path.open("a") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cluster.folder,
            user=cluster.owner.pw_uid,
            group=cluster.owner.pw_gid,
            extra_groups=[] if os.geteuid() == 0 else None,
        )
    if done.returncode:
        raise SetupError(f"{command[0]} failed. The end of {path}:\n{tail(path)}")


def _start(cluster: Cluster) -> None:
    """Start the keeper, which starts the server, and wait for it."""
    path = log_path("postgresql")
    with path.open("a") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "dev.cluster"],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    wait_until(
        lambda: cluster.is_up() or keeper.poll() is not None, "PostgreSQL starts", 30
    )
    if keeper.poll() is not None:
        raise SetupError(f"PostgreSQL did not start. See {path}:\n{tail(path)}")


def _wait_for_keeper(users: int) -> None:
    """Wait until the keeper has stopped the server, unless others still use it."""
    deadline = time.monotonic() + 15
    while (locate().data / "postmaster.pid").exists() and time.monotonic() < deadline:
        if _others_use_it(users):
            return
        time.sleep(0.05)


def _others_use_it(users: int) -> bool:
    """Return whether another command holds the shared lock; we hold none."""
    for kind, others in ((fcntl.LOCK_EX, False), (fcntl.LOCK_SH, True)):
        try:
            fcntl.flock(users, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        fcntl.flock(users, fcntl.LOCK_UN)
        return others
    return False  # The keeper has the exclusive lock: it is stopping the server.


def keep() -> None:
    """Run the server until nobody uses the cluster any more."""
    cluster = locate()
    settings = {**SETTINGS, "unix_socket_directories": str(cluster.socket_folder)}
    # Not in a file, so that the cluster moves with the checkout and follows this one.
    options = [f"--{name}={value}" for name, value in settings.items()]
    server = subprocess.Popen(
        [_program("postgres"), "-D", cluster.data, *options],
        stdin=subprocess.DEVNULL,
        cwd=cluster.folder,
        user=cluster.owner.pw_uid,
        group=cluster.owner.pw_gid,
        extra_groups=[] if os.geteuid() == 0 else None,
        # SIGINT is PostgreSQL's fast shutdown.
        preexec_fn=die_with_parent(SIGINT),
    )
    with (RUN / "cluster.users").open("a") as users:
        while server.poll() is None:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.2)
                continue
            server.send_signal(SIGINT)
            server.wait()


if __name__ == "__main__":
    keep()
