"""What the accountant's page is made of: accounts, entries, rows and chapters. Pure."""

from dataclasses import dataclass

# The accounts that the table speaks of: how they are called, and what they are.
ACCOUNTS = {
    "receivable": ("Customers", "the receivable account of the invoice"),
    "transit": (
        "Stripe Payments in Transit",
        "what customers have paid at Stripe and Stripe's balance does not show yet",
    ),
    "balance": (
        "Stripe",
        "what Stripe holds for you in one currency, available and pending together: "
        "what was paid is pending until Stripe releases it; refunds, disputes, fees "
        "and payouts come off what is available at once",
    ),
    "balance_usd": ("Stripe USD", "what Stripe holds for you in dollars"),
    "fee": ("Stripe Fees", "what Stripe keeps for its services"),
    "fee_tax": ("Tax on Stripe Fees", "the tax in those fees, where Stripe names it"),
    "dispute": ("Stripe Disputes", "what Stripe has withdrawn for disputed payments"),
    "suspense": ("Suspense", "what moved the balance and nothing explains"),
    "transfer": (
        "Liquidity Transfer",
        "payouts between Stripe and your bank; Odoo's own account for that",
    ),
    "bank": ("Bank", "what your bank holds for you"),
    "sales": ("Sales", "the income account of the invoice, and its taxes"),
    "bad_debt": ("Bad Debts", "the account that you choose when you write off"),
    "exchange_gain": ("Exchange Gain", "Odoo's own account for it"),
    "exchange_loss": ("Exchange Loss", "Odoo's own account for it"),
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
