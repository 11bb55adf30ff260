"""What one of our invoices is at Stripe, as far as it is compared with Odoo's."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
AMOUNTS = {
    "total": "total",
    "remaining": "amount_remaining",
    "paid": "amount_paid",
}


@dataclass(frozen=True)
class SeenInvoice:
    """Amounts are in minor units; ``odoo_number`` is what Odoo has told Stripe.

    One that is not ``is_readable`` has a status and nothing else: whoever looks at it
    finds out what is wrong with it.
    """

    status: str
    odoo_number: str
    number: str = ""
    total: int = 0
    remaining: int = 0
    paid: int = 0
    is_readable: bool = True


def seen_invoice(invoice: Json, status: str, odoo_number: str) -> SeenInvoice:
    """Return what is compared of an invoice; it never fails.

    :param invoice: Invoice of a list
    :param status: the one that was asked for
    :param odoo_number: what its metadata say
    """
    amounts: dict[str, Any] = {
        field: invoice.get(name) for field, name in AMOUNTS.items()
    }
    if not all(type(amount) is int for amount in amounts.values()):
        return SeenInvoice(status, odoo_number, is_readable=False)
    return SeenInvoice(
        status, odoo_number, number=invoice.get("number") or "", **amounts
    )
