"""Read Odoo documents into snapshots; alone in ``payloads`` this sees records."""

from .customer import freeze_customer
from .error import Objection, SnapshotError
from .invoice import freeze_invoice

__all__ = ["Objection", "SnapshotError", "freeze_customer", "freeze_invoice"]
