"""`make docs`: writes `docs/accounting.md` from the table that the tests play."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dev import pages
from dev.paths import ADDON, CHECKOUT
from dev.stand_in import addon_module, package

# Not ``tests`` as such, which imports Odoo.
package(f"{ADDON}.tests", CHECKOUT / "tests")
table: Any = addon_module("tests.accounting_table")
ACCOUNTS: Any = addon_module("tests.accounting_page").ACCOUNTS

PAGE = CHECKOUT / "docs" / "accounting.md"

PREFACE = """# What is booked

<!-- Written by `make docs` from tests/accounting_table.py. Changes here are lost. -->

What happens at Stripe, what Odoo books for it, and what is left for you to do. All of
it is booked in the Stripe journal, once, in the time zone of the books. Each row is
played by a test that compares every figure. The examples are in euros; "Dr" is debit,
"Cr" is credit."""


def page() -> str:
    """Return the whole page."""
    parts = [PREFACE, "## The accounts", _accounts()]
    for chapter in table.CHAPTERS:
        parts += [f"## {chapter.title}", _rows(chapter)]
    return "\n\n".join(parts) + "\n"


def _accounts() -> str:
    lines = ["| Account | What is on it |", "| --- | --- |"]
    for name, meaning in ACCOUNTS.values():
        lines.append(f"| **{name}** | {meaning[0].upper()}{meaning[1:]}. |")
    return "\n".join(lines)


def _rows(chapter: Any) -> str:
    lines = [
        "| What happens at Stripe | What is booked | On which day | What you do |",
        "| --- | --- | --- | --- |",
    ]
    for row in chapter.rows:
        booked = "<br><br>".join("<br>".join(_items(entry)) for entry in row.entries)
        days = dict.fromkeys(entry.day for entry in row.entries)
        day = "<br><br>".join(f"{day[0].upper()}{day[1:]}" for day in days)
        cells = (row.happens, booked or "Nothing.", day or "–", row.you)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _items(entry: Any) -> Iterator[str]:
    for account, text in entry.items.items():
        amount = Decimal(text)
        side = "Dr" if amount > 0 else "Cr"
        yield f"{side} {ACCOUNTS[account][0]} {abs(amount):,.2f}"


if __name__ == "__main__":
    pages.write(PAGE, page())
