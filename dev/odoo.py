"""How Odoo is called: its environment, its options, and what its log may not hold."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from dev.cluster import PORT, SUPERUSER, Cluster
from dev.paths import DATA, LINKS, PYTHON, RUN, addon_link
from dev.stamps import write_atomically
from dev.tree import OdooTree

_PROBLEM = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ", re.MULTILINE)


@dataclass(frozen=True)
class Odoo:
    """An Odoo of `tree` that works on the databases of `cluster`."""

    tree: OdooTree
    cluster: Cluster

    def environment(self, addons: Path = LINKS) -> dict[str, str]:
        """Return the environment in which `python -m odoo` is this Odoo.

        `addons` is the folder in which Odoo finds the addon.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PG", "ODOO", "OPENERP"))
        }
        kept.update(
            PYTHONPATH=str(self.tree.python_path()),
            PYTHONUNBUFFERED="1",
            ODOO_RC=str(self.configuration(addons)),
        )
        return kept

    def configuration(self, addons: Path = LINKS) -> Path:
        """Write Odoo's configuration file; return its path."""
        addon_link()
        folders = ",".join(map(str, [*self.tree.addons, addons]))
        lines = [
            "[options]",
            f"addons_path = {folders}",
            f"data_dir = {DATA}",
            f"db_host = {self.cluster.socket_folder}",
            f"db_port = {PORT}",
            f"db_user = {SUPERUSER}",
            "db_maxconn = 32",
            "http_interface = 127.0.0.1",
            "list_db = False",
            "without_demo = True",
        ]
        path = (RUN if addons == LINKS else addons) / "odoo.conf"
        text = "\n".join(lines) + "\n"
        if not path.is_file() or path.read_text() != text:
            write_atomically(path, text)
        return path

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of Odoo with `arguments`."""
        return [str(PYTHON), "-m", "odoo", *arguments]


def problems(log: str) -> list[str]:
    """Return the lines of an Odoo log that are warnings or worse."""
    return [line for line in log.splitlines() if _PROBLEM.match(line)]
