"""Read Odoo documents into snapshots; alone in ``payloads`` this sees records."""

from .customer import freeze_customer
from .error import Objection, SnapshotError
from .invoice import freeze_invoice
from .words import READ_FROM, printed_fields, source_labels

__all__ = [
    "READ_FROM",
    "Objection",
    "SnapshotError",
    "freeze_customer",
    "freeze_invoice",
    "printed_fields",
    "source_labels",
]
