"""Builds the simulator and serves it over HTTP."""

from __future__ import annotations

import threading

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator import schedule, seeding
from simulator.app import Application
from simulator.clock import Clock
from simulator.delivery import Dispatcher
from simulator.faults import Faults
from simulator.world import World

TICK_SECONDS = 0.2


class Handler(WSGIRequestHandler):
    """Keeps connections open and writes no log line for each request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the header ``Date``, by the simulator's clock."""
        if timestamp is None:
            timestamp = self.server.app.world.clock.now()  # type: ignore[attr-defined]
        return super().date_time_string(timestamp)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are in the simulator's own log, under /_sim/requests."""


def new_world(seed: int = 1, base_url: str = "http://127.0.0.1") -> World:
    """Return a world with its accounts, without a server."""
    world = World(seed, Clock(), base_url)
    world.faults = Faults()
    world.delivery = Dispatcher(world)
    world.clock.on_advance(lambda: schedule.run_due(world))
    seeding.seed_accounts(world)
    return world


class Simulator:
    """A running simulator: server, deliveries and scheduled work.

    :param world: the world to serve; its ``base_url`` is set to the real address
    :param host: loopback address to listen on
    :param port: 0 for a free port
    """

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        self.world = world
        self.server: BaseWSGIServer = make_server(
            host, port, Application(world), threaded=True, request_handler=Handler
        )
        self.url = f"http://{host}:{self.server.server_port}"
        world.base_url = self.url
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self.server.serve_forever, daemon=True),
            threading.Thread(target=self._tick, daemon=True),
        ]

    def start(self) -> None:
        """Serve in the background."""
        self.world.delivery.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop serving and delivering; open connections are closed."""
        self._stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.world.delivery.stop()

    def _tick(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            schedule.run_due(self.world)
