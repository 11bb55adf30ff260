"""Read Odoo documents into snapshots; alone in ``payloads`` this sees records."""

from .customer import check_customer, freeze_customer, freeze_partner
from .dates import due_day, issue_day
from .error import Objection, SnapshotError
from .invoice import freeze_invoice, read_invoice
from .order import freeze_order
from .payment import chosen_methods, usable_methods
from .words import READ_FROM, printed_fields, source_labels

__all__ = [
    "READ_FROM",
    "Objection",
    "SnapshotError",
    "check_customer",
    "chosen_methods",
    "due_day",
    "freeze_customer",
    "freeze_invoice",
    "freeze_order",
    "freeze_partner",
    "issue_day",
    "printed_fields",
    "read_invoice",
    "source_labels",
    "usable_methods",
]
