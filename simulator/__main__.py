"""``python -m simulator``: serves until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from simulator import store
from simulator.server import Simulator, new_world


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="A stand-alone, stateful Stripe."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=12111, help="0 for a free port")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same ids")
    parser.add_argument("--state", type=Path, help="file that keeps the state")
    parser.add_argument("--port-file", type=Path, help="file to write the port to")
    parser.add_argument(
        "--rate-limit", action="store_true", help="limit requests as Stripe does"
    )
    return parser.parse_args()


def main() -> None:
    """Start, tell the address, wait for the signal, save, stop."""
    options = arguments()
    world = new_world(options.seed)
    if options.state and options.state.exists():
        store.load(world, options.state)
    if options.rate_limit:
        for account in world.accounts.values():
            account.settings["rate_limit"] = True
    simulator = Simulator(world, options.host, options.port)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    simulator.start()
    if options.port_file:
        options.port_file.write_text(f"{simulator.server.server_port}\n")
    print(f"Stripe simulator on {simulator.url}", flush=True)
    stop.wait()
    simulator.stop()
    if options.state:
        store.save(world, options.state)


if __name__ == "__main__":
    main()
