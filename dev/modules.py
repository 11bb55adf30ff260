"""Databases in which another of Odoo's modules is installed beside the addon."""

from collections.abc import Iterator
from contextlib import contextmanager

from dev import databases, templates
from dev.odoo import Odoo
from dev.processes import run


@contextmanager
def with_payment_stripe(odoo: Odoo) -> Iterator[str]:
    """Have a database of our own with Odoo's own Stripe provider; give its name."""
    template = templates.ensure_template(odoo, templates.DEMO)
    with databases.clone(odoo.cluster, template, "beside") as name:
        options = ("-d", name, "-i", "payment_stripe", "--stop-after-init", "--no-http")
        run(odoo.command(*options), f"install-{name}", env=odoo.environment())
        yield name
