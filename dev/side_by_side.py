"""Commands of ours side by side, as many at a time as the machine has cores."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from dev.paths import CHECKOUT
from dev.processes import die_with_parent, stop

AT_ONCE = min(len(os.sched_getaffinity(0)), 8)
"""How many run at the same time; a test in Odoo takes up to 1 GB of memory."""


@dataclass(frozen=True)
class Job:
    """A command, and what people call it."""

    title: str
    command: tuple[str, ...]

    @classmethod
    def of_ours(cls, title: str, *arguments: str) -> "Job":
        """Make a job of `python3 -m dev` with `arguments`."""
        return cls(title, (sys.executable, "-m", "dev", *arguments))


@dataclass(frozen=True)
class Ended:
    """A job that has ended: its exit code and all that it has printed."""

    job: Job
    code: int
    output: str


@dataclass(frozen=True)
class _Running:
    job: Job
    process: "subprocess.Popen[bytes]"
    output: IO[bytes]

    def end(self) -> Ended:
        # What a job leaves behind goes with it.
        stop(self.process)
        with self.output:
            self.output.seek(0)
            text = self.output.read().decode(errors="replace")
        return Ended(self.job, self.process.returncode, text)


class SideBySide:
    """Use it as a context manager: it starts the jobs and gives those that end.

    Whatever still runs at its end, as after Ctrl-C, is stopped with all its children.
    """

    def __init__(self, jobs: Sequence[Job], at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self._waiting = list(jobs)
        self._running: list[_Running] = []

    def __enter__(self) -> Iterator[Ended]:
        self._fill()
        return self._run()

    def __exit__(self, *_error: object) -> None:
        stop(*(one.process for one in self._running))

    def _fill(self) -> None:
        while self._waiting and len(self._running) < self.at_once:
            self._running.append(_start(self._waiting.pop(0)))

    def _run(self) -> Iterator[Ended]:
        while self._running:
            ended = [one for one in self._running if one.process.poll() is not None]
            for one in ended:
                self._running.remove(one)
                self._fill()
                yield one.end()
            if not ended:
                time.sleep(0.1)


def _start(job: Job) -> _Running:
    output = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when the job ends
    process = subprocess.Popen(
        job.command,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        # Ctrl-C comes to us alone, and we stop the jobs.
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )
    return _Running(job, process, output)
