"""Template databases: Odoo alone, and Odoo with the addon of this checkout.

This file is part of what a template is made of: it is made anew when this changes.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dev import assets_in_odoo, stamps
from dev.cluster import Cluster
from dev.databases import drop, get_comment, make_clone, rename, set_comment
from dev.odoo import Odoo, problems
from dev.paths import ADDON, CHECKOUT
from dev.processes import locked, log_path, run
from dev.progress import SetupError, step

MODULES = ("sale_management", "l10n_fr_account", "payment")
# The charts of accounts with which the random invoices are made.
CHARTS = ("l10n_be", "l10n_ch", "l10n_de", "l10n_us_account")
INSTALLED_SUFFIXES = {".py", ".xml", ".csv", ".po", ".js", ".scss", ".sql"}
NOT_INSTALLED = {"tests", "simulator", "dev", "docs", "build", "dist"}


@dataclass(frozen=True)
class Flavour:
    """A kind of database: its name, Odoo's modules, whether with their demo data."""

    name: str
    demo: bool
    modules: tuple[str, ...] = MODULES


DEMO = Flavour("demo", demo=True)
TEST = Flavour("test", demo=False, modules=(*MODULES, *CHARTS))


def ensure_base(odoo: Odoo, flavour: Flavour) -> str:
    """Make the template with Odoo's own modules; return its name."""
    name = f"base_{flavour.name}"
    recipe = Path(__file__).read_bytes()
    key = stamps.digest(odoo.tree.identity, recipe, str(flavour.demo))
    with locked(name, waiting=f"Another command makes the database {name}; waiting."):
        if get_comment(odoo.cluster, name) != key:
            kind = "with its demo data" if flavour.demo else "without demo data"
            with step(f"Installing Odoo {kind}"):
                drop(odoo.cluster, name)
                _install_base(odoo, name, flavour)
            set_comment(odoo.cluster, name, key)
    return name


def ensure_template(odoo: Odoo, flavour: Flavour) -> str:
    """Make the template with the addon as it is in the checkout; return its name.

    Raise SetupError when Odoo's log has a warning about the installation.
    """
    base = ensure_base(odoo, flavour)
    name = f"addon_{flavour.name}"
    with locked(name, waiting=f"Another command makes the database {name}; waiting."):
        digest = addon_digest(CHECKOUT)
        bundles = Path(assets_in_odoo.__file__).read_bytes()
        key = stamps.digest(get_comment(odoo.cluster, base), digest, bundles)
        if get_comment(odoo.cluster, name) != key:
            fresh = f"{name}_new"
            with step(f"Installing the addon ({flavour.name} database)"):
                make_clone(odoo.cluster, base, fresh)
                _refuse_problems(_odoo(odoo, fresh, "-i", ADDON, *_THEN_STOP))
                _bundle_assets(odoo, fresh)
                rename(odoo.cluster, fresh, name)
            set_comment(odoo.cluster, name, key)
    return name


def addon_digest(checkout: Path) -> str:
    """Return a hash over the files of the addon that an installation reads."""
    parts: list[bytes] = []
    for folder in sorted(checkout.iterdir()):
        if folder.name.startswith(".") or folder.name in NOT_INSTALLED:
            continue
        for path in sorted([folder, *folder.rglob("*")]):
            if path.suffix in INSTALLED_SUFFIXES and path.is_file():
                parts += [bytes(path.relative_to(checkout)), path.read_bytes()]
    return stamps.digest(*parts)


_THEN_STOP = ("--stop-after-init", "--no-http")


def _install_base(odoo: Odoo, name: str, flavour: Flavour) -> None:
    demo = ["--with-demo"] if flavour.demo else []
    _odoo(odoo, name, "-i", ",".join(flavour.modules), *demo, *_THEN_STOP)
    # As an option of the installation, French would take English's place.
    load = odoo.command("i18n", "loadlang", "-d", name, "-l", "fr_FR")
    run(load, f"install-{name}", env=odoo.environment())
    if flavour.demo:
        _prefer_french_company(odoo.cluster, name)


def _odoo(odoo: Odoo, name: str, *options: str) -> str:
    """Run Odoo on the database `name` until it ends; return its log."""
    log = log_path(f"install-{name}")
    log.unlink(missing_ok=True)
    run(odoo.command("-d", name, *options), log.stem, env=odoo.environment())
    return log.read_text()


def _bundle_assets(odoo: Odoo, name: str) -> None:
    shell = odoo.command("shell", "-d", name, "--no-http")
    environment = odoo.environment()
    environment["PYTHONPATH"] += os.pathsep + str(CHECKOUT)
    script = "from dev.assets_in_odoo import bundle\nbundle(env)\n"
    run(shell, f"install-{name}", env=environment, script=script)


def _prefer_french_company(cluster: Cluster, name: str) -> None:
    """Let the administrator begin in Odoo's French demo company, on Paris time."""
    cluster.psql(
        "UPDATE res_users SET company_id = c.id FROM res_company c "
        "WHERE login = 'admin' AND c.name = 'FR Company'",
        database=name,
    )
    cluster.psql(
        "UPDATE res_partner SET tz = 'Europe/Paris' FROM res_users u "
        "WHERE u.login = 'admin' AND u.partner_id = res_partner.id",
        database=name,
    )


def _refuse_problems(log: str) -> None:
    found: Sequence[str] = problems(log)
    if found:
        lines = "\n".join(found)
        raise SetupError(f"Odoo complains while it installs the addon:\n{lines}")
