"""What is booked for what happens at Stripe: the accountant's page, as data.

``docs/accounting.md`` is written from it, and ``test_accounting`` plays each row and
compares every journal item with it. Pure.
"""

from dataclasses import dataclass

# The accounts that the table speaks of: how they are called, and what they are.
ACCOUNTS = {
    "receivable": ("Customers", "the receivable account of the invoice"),
    "transit": (
        "Stripe Payments in Transit",
        "what customers have paid at Stripe and Stripe's balance does not show yet",
    ),
}


@dataclass(frozen=True)
class Entry:
    """One journal entry of an example.

    ``items`` maps accounts to amounts: debits are positive, credits negative.
    """

    day: str
    items: dict[str, str]


@dataclass(frozen=True)
class Row:
    """One thing that happens. ``key`` names its test, ``test_<key>``."""

    key: str
    happens: str
    entries: tuple[Entry, ...]
    you: str


@dataclass(frozen=True)
class Chapter:
    """Rows that belong together, under one heading."""

    title: str
    rows: tuple[Row, ...]


PAID = "the day of the payment at Stripe"


def payment(amount: str, day: str = PAID) -> Entry:
    """Return the entry of a customer's payment."""
    return Entry(day, {"transit": amount, "receivable": f"-{amount}"})


PAYMENTS = Chapter(
    "Payments",
    (
        Row(
            "payment",
            "A customer pays an invoice of 120.00: by card, debit or transfer.",
            (payment("120.00"),),
            "Nothing. The payment is matched with the invoice. It shows the method, "
            "the last four digits, the charge and the receipt.",
        ),
        Row(
            "payment_in_parts",
            "The customer pays the same invoice in two parts.",
            (payment("50.00"), payment("70.00")),
            "Nothing. Each part is a payment of its own, on its own day.",
        ),
        Row(
            "payment_repeated",
            "Stripe tells of the same payment again, however often, in any order.",
            (payment("120.00"),),
            "Nothing: it is booked once.",
        ),
        Row(
            "payment_of_too_much",
            "A transfer of 130.00 arrives for an invoice of 120.00.",
            (payment("130.00"),),
            "Decide what becomes of the 10.00, which stay open as the customer's "
            "credit. An activity on the invoice asks.",
        ),
        Row(
            "payment_twice",
            "A customer pays at Stripe what he has paid to your bank, too: the "
            "payment is registered in Odoo before Odoo hears of Stripe's.",
            (payment("120.00"),),
            "Decide: refund the payment at Stripe, or keep it as the customer's "
            "credit. An activity and a banner on the invoice ask.",
        ),
        Row(
            "payment_under_way",
            "A debit is under way. It takes days until the bank says yes or no.",
            (),
            "Nothing. Do not ask the customer again meanwhile; a banner says so.",
        ),
        Row(
            "payment_in_closed_period",
            "Odoo hears of a payment in a period that you have closed.",
            (payment("120.00", "the first day that is open"),),
            "Nothing. The payment keeps its real day, and a note says why the entry "
            "has another.",
        ),
        Row(
            "paid_out_of_band",
            "Somebody marks the invoice as paid in Stripe's dashboard.",
            (),
            "Register in Odoo how it was paid: no money moved at Stripe. An activity "
            "asks.",
        ),
        Row(
            "nothing_to_pay",
            "An invoice of 0.00: Stripe calls it paid.",
            (),
            "Nothing.",
        ),
    ),
)

CHAPTERS = (PAYMENTS,)
