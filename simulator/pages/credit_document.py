"""A credit note as its readers see it."""

from __future__ import annotations

from typing import Any

from simulator.pages import document, formats
from simulator.pages.document import Document, Headline, Line, Total
from simulator.pages.texts import Words
from simulator.resources import credit_note_lines
from simulator.world import Account


def build(account: Account, note: dict[str, Any]) -> Document:
    """Return the document of a credit note, in the language of its customer."""
    invoice = account.table("invoice")[note["invoice"]]
    words = document.words_for(account, invoice)
    return Document(
        words=words,
        title=words("credit_note"),
        merchant=document.merchant(account, invoice),
        number=note["number"],
        test=not account.livemode,
        headline=headline(note, words),
        facts=[
            (words("credit_note_number"), note["number"]),
            (words("invoice_number"), invoice["number"]),
            (words("issued"), formats.date(note["effective_at"], words.language)),
        ],
        sender=document.sender(account, invoice, words.language),
        recipient=document.recipient(invoice, words.language),
        shipped_to=[],
        lines=lines(account, note, words),
        totals=totals(account, note, words),
        memo=note["memo"] or "",
    )


def headline(note: dict[str, Any], words: Words) -> Headline:
    """Return what was credited, and whether it has been voided."""
    day = formats.date(note["voided_at"], words.language)
    return Headline(
        label=words("credited"),
        amount=formats.amount(note["total"], note["currency"], words.language),
        when=words("voided_on", date=day) if day else "",
    )


def lines(account: Account, note: dict[str, Any], words: Words) -> list[Line]:
    """Return the lines of the table, all of them."""
    table = account.table(credit_note_lines.TABLE)
    rows = [table[line_id] for line_id in account.private(note["id"])["lines"]]
    return [
        Line(
            description=row["description"] or "",
            quantity=str(row["quantity"] or ""),
            tax=", ".join(
                document.rate_text(account, tax, words.language)
                for tax in row["taxes"] or []
            ),
            amount=formats.amount(row["amount"], note["currency"], words.language),
        )
        for row in rows
    ]


def totals(account: Account, note: dict[str, Any], words: Words) -> list[Total]:
    """Return what stands under the table, from subtotal to total."""

    def money(minor: int) -> str:
        return formats.amount(minor, note["currency"], words.language)

    rows = [Total(words("subtotal"), money(note["subtotal"]))]
    for tax in note["total_taxes"]:
        base = money(tax["taxable_amount"] or 0)
        label = document.tax_label(account, tax, words, base)
        rows.append(Total(label, money(tax["amount"])))
    return [*rows, Total(words("total"), money(note["total"]), True)]
