"""The Stripe simulator as a process, for the tests in Odoo."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import SkipTest

import requests

ROOT = Path(__file__).resolve().parents[1]
KEY = "sk_test_simulator"
# What the simulator calls the permissions that the addon asks for.
GRANTS = {
    "Customers": "customers",
    "Invoices": "invoices",
    "Credit notes": "credit_notes",
    "PaymentIntents": "payment_intents",
    "Charges and Refunds": "charges",
    "Disputes": "disputes",
    "Balance": "balance",
    "Balance transactions": "balance",
    "Payouts": "payouts",
    "Events": "events",
    "Webhook Endpoints": "webhook_endpoints",
}


class Simulator:
    """A simulator of its own: :attr:`url` is its address."""

    def __init__(self):
        if not (ROOT / "simulator" / "__main__.py").exists():
            raise SkipTest("The simulator is not part of an installed addon")
        self._folder = tempfile.TemporaryDirectory()
        port_file = Path(self._folder.name) / "port"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port=0", f"--port-file={port_file}"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        self.url = self._wait(port_file)
        # One connection for all that a test steers; making one takes longer than that.
        self._session = requests.Session()

    def _wait(self, port_file):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            if port_file.exists() and port_file.read_text().strip():
                return f"http://127.0.0.1:{port_file.read_text().strip()}"
            time.sleep(0.05)
        raise RuntimeError("The simulator did not start")

    def stop(self):
        """End the process."""
        self._session.close()
        self._process.terminate()
        self._process.wait(10)
        self._folder.cleanup()

    def control(self, path, body=None, method=None):
        """Steer the simulated world: GET /_sim/path, or POST when there is a body."""
        method = method or ("GET" if body is None else "POST")
        url = f"{self.url}/_sim/{path}"
        answer = self._session.request(method, url, json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def api(self, path, key=KEY, **params):
        """Return what GET /v1/path answers."""
        headers = {"Authorization": f"Bearer {key}"}
        answer = self._session.get(
            f"{self.url}/v1/{path}", params=params, headers=headers, timeout=30
        )
        return answer.json()

    def post(self, path, key=KEY, **params):
        """Make something at Stripe by hand: POST /v1/path."""
        headers = {"Authorization": f"Bearer {key}"}
        answer = requests.post(
            f"{self.url}/v1/{path}", data=params, headers=headers, timeout=30
        )
        answer.raise_for_status()
        return answer.json()

    def sent(self, method="POST", path=""):
        """Return the requests that were really made, oldest first."""
        rows = self.control("requests")["data"]
        return [row for row in rows if row["method"] == method and path in row["path"]]

    def fault(self, **rule):
        """Add a fault: kind, method, path, nth, times ..."""
        return self.control("faults", rule)

    def events(self):
        """Return all events, oldest first, as Stripe would deliver them."""
        data = self.api("events", limit=100)["data"]
        return json.loads(json.dumps(data))[::-1]
