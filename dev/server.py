"""One Odoo server process."""

import os
import signal
import subprocess
from pathlib import Path

from dev.odoo import Odoo
from dev.processes import die_with_parent, free_port, stop, tail, wait_until
from dev.progress import SetupError
from dev.stripe_side import is_up


class Server:
    """An Odoo server on `database`; it can be stopped, killed and started again."""

    def __init__(
        self,
        odoo: Odoo,
        database: str,
        log: Path,
        *,
        port: int = 0,
        workers: int = 0,
        cron_threads: int = 2,
        smtp_port: int = 9,
    ) -> None:
        self.port = free_port(port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._environment = odoo.environment()
        options = {
            "database": database,
            "db-filter": f"^{database}$",
            "http-port": str(self.port),
            "gevent-port": str(free_port()),
            "workers": str(workers),
            "max-cron-threads": str(cron_threads),
            "smtp": "127.0.0.1",
            "smtp-port": str(smtp_port),
            "logfile": str(log),
        }
        words = [f"--{name}={value}" for name, value in options.items()]
        self._command = odoo.command(*words)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Return whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Return the number of the running process; raise RuntimeError when none is."""
        if self._process is None:
            raise RuntimeError("The server does not run.")
        return self._process.pid

    def start(self, seconds: float = 60) -> None:
        """Start the process and wait until it answers."""
        self.launch()
        self.wait(seconds)

    def launch(self) -> None:
        """Start the process without waiting for it."""
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )

    def wait(self, seconds: float = 60) -> None:
        """Wait until the server answers; raise SetupError when it has ended."""
        wait_until(
            lambda: not self.running or is_up(self.url + "/web/login"),
            "Odoo starts",
            seconds,
        )
        if not self.running:
            raise SetupError(f"Odoo ended: see {self.log}\n{tail(self.log)}")

    def stop(self) -> None:
        """Stop the process and wait for its end."""
        if self._process:
            stop(self._process)
            self._process = None

    def kill(self) -> None:
        """End the process and its workers as a power cut would: with SIGKILL."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
