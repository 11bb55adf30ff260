"""What is compared of an invoice at Stripe, whatever Stripe says."""

from typing import Any

import pytest

from ...postings.seen import SeenInvoice, seen_invoice

INVOICE = {"number": "INV/1", "total": 12000, "amount_remaining": 2000}


def test_an_invoice() -> None:
    seen = seen_invoice({**INVOICE, "amount_paid": 10000}, "open", "INV/1")
    assert seen == SeenInvoice("open", "INV/1", "INV/1", 12000, 2000, 10000)


@pytest.mark.parametrize("odd", [{}, {"amount_paid": None}, {"amount_paid": "1"}])
def test_one_that_cannot_be_read_stops_nothing(odd: dict[str, Any]) -> None:
    seen = seen_invoice({**INVOICE, **odd}, "open", "INV/1")
    assert (seen.is_readable, seen.status) == (False, "open")
