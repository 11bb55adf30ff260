"""Child processes that die with their parent, locks between commands, free ports."""

import ctypes
import fcntl
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev.paths import LOGS, RUN
from dev.progress import SetupError, say

_PR_SET_PDEATHSIG = 1


def die_with_parent(sig: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return a `preexec_fn`: the kernel sends `sig` to the child when we are gone.

    The library is loaded here, because the child of a fork should only call it.
    """
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)

    return in_child


def run(
    command: Sequence[str | Path],
    log: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    script: str = "",
) -> None:
    """Run `command`, which reads `script`; its output goes to the end of the log `log`.

    Raise SetupError with the end of the output when it fails.
    """
    path = log_path(log)
    with path.open("a") as output:
        print("$", shlex.join(map(str, command)), file=output, flush=True)
        done = subprocess.run(
            [str(part) for part in command],
            input=script.encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            preexec_fn=die_with_parent(),
        )
    if done.returncode:
        raise SetupError(
            f"{shlex.join(map(str, command[:4]))} ... failed with code "
            f"{done.returncode}. The end of {path}:\n{tail(path)}"
        )


def log_path(name: str) -> Path:
    """Return the path of the log file `name`."""
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{name}.log"


def tail(path: Path, lines: int = 15) -> str:
    """Return the last `lines` of a text file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def stop(*processes: "subprocess.Popen[bytes]", seconds: float = 10) -> None:
    """End `processes` and their groups: ask first, then kill. Exit codes are there."""
    asked = [process for process in processes if process.poll() is None]
    for process in asked:
        _signal_group(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    for process in asked:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"Process {process.pid} did not stop in {seconds:.0f} s; it is killed.")
    for process in processes:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()


def _signal_group(group: int, sig: signal.Signals) -> None:
    try:
        os.killpg(group, sig)
    except ProcessLookupError:
        return  # Nobody is left in the group, which is what we want.


@contextmanager
def locked(name: str, waiting: str = "") -> Iterator[None]:
    """Hold the lock `name` of this checkout; show `waiting` if another has it."""
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def free_port(preferred: int = 0) -> int:
    """Return a TCP port of the loopback that is free now: `preferred` if it is."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SetupError("No TCP port is free on 127.0.0.1.")


def wait_until(
    condition: Callable[[], bool], what: str, seconds: float, pause: float = 0.1
) -> None:
    """Call `condition` until it is true; raise TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(pause)
