"""The simulator as a process, and how demo and tests look at it and steer it."""

import json
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from dev.paths import CHECKOUT, PYTHON
from dev.processes import die_with_parent, free_port, stop, tail, wait_until
from dev.progress import SetupError

TEST_KEY = "sk_test_simulator"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Simulator:
    """A running simulator; `url` is its address."""

    def __init__(self, log: Path, port: int = 0, state: Path | None = None) -> None:
        self.port = free_port(port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._state = state
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and wait until it answers."""
        command = [str(PYTHON), "-m", "simulator", "--port", str(self.port)]
        command += ["--state", str(self._state)] if self._state else []
        with self.log.open("a") as output:
            process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
        self._process = process
        wait_until(
            lambda: process.poll() is not None or is_up(self.url + "/_sim"),
            "The Stripe simulator starts",
            30,
        )
        if process.poll() is not None:
            raise SetupError(f"The simulator ended: see {self.log}\n{tail(self.log)}")

    def stop(self) -> None:
        """Stop the process; it saves its state when it has a file for it."""
        if self._process:
            stop(self._process)
            self._process = None

    def control(
        self, path: str, body: dict[str, Any] | None = None, method: str | None = None
    ) -> Any:
        """Steer the simulated world: GET /_sim/`path`, or POST when there is a body."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.url}/_sim/{path}", data, headers, method=method
        )
        with _OPENER.open(request, timeout=30) as answer:
            return json.load(answer)

    def api(self, path: str, key: str = TEST_KEY, **parameters: str) -> Any:
        """Return what GET /v1/`path` answers to the account of `key`."""
        query = urllib.parse.urlencode(parameters)
        headers = {"Authorization": f"Bearer {key}"}
        request = urllib.request.Request(
            f"{self.url}/v1/{path}?{query}", headers=headers
        )
        with _OPENER.open(request, timeout=30) as answer:
            return json.load(answer)


def is_up(url: str) -> bool:
    """Return whether something answers at `url`, with whatever status."""
    try:
        with _OPENER.open(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
