"""Read Odoo documents into snapshots; alone in ``payloads`` this sees records."""

from .customer import freeze_customer, freeze_partner
from .dates import due_day, issue_day
from .error import Objection, SnapshotError
from .invoice import freeze_invoice, read_invoice
from .words import READ_FROM, printed_fields, source_labels

__all__ = [
    "READ_FROM",
    "Objection",
    "SnapshotError",
    "due_day",
    "freeze_customer",
    "freeze_invoice",
    "freeze_partner",
    "issue_day",
    "printed_fields",
    "read_invoice",
    "source_labels",
]
