"""The whole product as processes: PostgreSQL, the Stripe simulator, Odoo servers."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev import databases, environment, templates
from dev.cluster import Cluster
from dev.mail_sink import MailSink
from dev.odoo import Odoo, problems
from dev.paths import CHECKOUT, LOGS
from dev.processes import die_with_parent
from dev.rpc import Session
from dev.server import Server
from dev.stripe_side import Simulator

COMPANY = "FR Company"
"""Odoo's own French demo company, with its chart of accounts and demo data."""

Source = Callable[[Odoo], AbstractContextManager[str]]
"""Gives the database to work on, by name, for as long as the stack is up."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Layout:
    """What a stack consists of. Port 0 is any free one, others are preferences."""

    servers: int = 1
    workers: int = 0
    cron_threads: int = 2
    odoo_port: int = 0
    simulator_port: int = 0
    flavour: templates.Flavour = templates.DEMO


class Stack:
    """Use it as a context manager; nothing is left of it afterwards but its logs.

    `Stack(servers=2)` takes the fields of `Layout` by name; `source` gives the
    database, a clone of the template when there is none; `state` is a file in which the
    simulator keeps its world.
    """

    def __init__(
        self,
        source: Source | None = None,
        *,
        state: Path | None = None,
        **layout: Any,
    ) -> None:
        self.layout = Layout(**layout)
        self.servers: list[Server] = []
        self.mails = MailSink()
        self._source = source or self._clone
        self._state = state
        self._exit = ExitStack()

    def __enter__(self) -> "Stack":
        with ExitStack() as undo:
            self._bring_up(undo)
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._exit.close()

    def _bring_up(self, undo: ExitStack) -> None:
        odoo = undo.enter_context(environment.ready())
        self._odoo = odoo
        self._cluster: Cluster = odoo.cluster
        self.database = undo.enter_context(self._source(odoo))
        self.logs = LOGS / self.database
        if self.logs.exists():
            shutil.rmtree(self.logs)
        self.logs.mkdir(parents=True)
        undo.enter_context(self.mails)
        self.simulator = Simulator(
            self.logs / "simulator.log", self.layout.simulator_port, self._state
        )
        undo.callback(self.simulator.stop)
        self.simulator.start()
        for number in range(self.layout.servers):
            server = self._server(odoo, number)
            self.servers.append(server)
            undo.callback(server.stop)
        self._configure()
        self.start()
        self.rpc = self.session("admin", "admin")
        self.company_id: int = self._find_company()
        self.rpc.context["allowed_company_ids"] = [self.company_id]

    @contextmanager
    def _clone(self, odoo: Odoo) -> Iterator[str]:
        """Have a database of our own, made from the template."""
        template = templates.ensure_template(odoo, self.layout.flavour)
        purpose = f"stack{next(_numbers)}"
        with databases.clone(odoo.cluster, template, purpose) as name:
            yield name

    def _server(self, odoo: Odoo, number: int) -> Server:
        return Server(
            odoo,
            self.database,
            self.logs / f"odoo-{number}.log",
            port=self.layout.odoo_port + number if self.layout.odoo_port else 0,
            workers=self.layout.workers,
            cron_threads=self.layout.cron_threads,
            smtp_port=self.mails.port,
        )

    def _configure(self) -> None:
        """Write the system parameters that point Odoo and the simulator at each other.

        It is done in SQL, because the servers read them when they start.
        """
        parameters = {
            "web.base.url": self.base_url,
            "web.base.url.freeze": "True",
            "sale_stripe_invoice.api_base": self.simulator_url,
        }
        for key, value in parameters.items():
            self.sql(
                "INSERT INTO ir_config_parameter (key, value) "
                f"VALUES ('{key}', '{value}') "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            )
        # Odoo's demo contacts have American numbers that no authority ever gave, and
        # Stripe would refuse each of them.
        self.sql("UPDATE res_partner SET vat = NULL WHERE vat LIKE 'US1234567%'")

    def _find_company(self) -> int:
        rows = self.sql(f"SELECT id FROM res_company WHERE name = '{COMPANY}'")
        return int(rows[0][0]) if rows else 1

    @property
    def base_url(self) -> str:
        """Return the address of the first Odoo server."""
        return self.servers[0].url

    @property
    def simulator_url(self) -> str:
        """Return the address of the Stripe simulator."""
        return self.simulator.url

    def session(self, login: str, password: str, server: int = 0) -> Session:
        """Return the RPC of another user, or through another server."""
        url = self.servers[server].url
        return Session(url, self.database, login, password)

    def sql(self, query: str) -> list[list[str]]:
        """Run one SQL statement past Odoo; return the rows as texts, NULL as ''."""
        return self._cluster.psql(query, database=self.database)

    def shell(self, script: str) -> str:
        """Run a script in an Odoo shell on the database; return what it prints."""
        words = ("shell", "-d", self.database, "--no-http", "--log-level=warn")
        environment = self._odoo.environment()
        environment["PYTHONPATH"] += os.pathsep + str(CHECKOUT)
        done = subprocess.run(
            self._odoo.command(*words),
            input=script,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=die_with_parent(),
        )
        return done.stdout

    def start(self) -> None:
        """Start the servers that do not run, and let due jobs begin at once."""
        stopped = [server for server in self.servers if not server.running]
        for server in stopped:
            server.launch()
        for server in stopped:
            server.wait()
        self.wake_jobs()

    def wake_jobs(self) -> None:
        """Tell the servers to look for due jobs now; by themselves they wait 60 s."""
        self._cluster.psql(f"NOTIFY cron_trigger, '{self.database}'")

    def stop(self) -> None:
        """Stop all Odoo servers; database and simulator stay."""
        for server in self.servers:
            server.stop()

    def kill(self, server: int = 0) -> None:
        """Kill one Odoo server with SIGKILL."""
        self.servers[server].kill()

    def problems(self) -> list[str]:
        """Return the lines of the Odoo servers' logs that are warnings or worse."""
        texts = [server.log.read_text() for server in self.servers]
        return [line for text in texts for line in problems(text)]
