"""An invoice as its readers see it: every text and figure ready to be set.

The hosted page and the PDF both print this, so that they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.pages import formats
from simulator.pages.texts import Words
from simulator.resources import invoice_object
from simulator.world import Account


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    description: str
    quantity: str
    tax: str
    amount: str


@dataclass(frozen=True)
class Total:
    """One line under the table; ``strong`` for the sum that counts."""

    label: str
    amount: str
    strong: bool = False


@dataclass(frozen=True)
class Headline:
    """The sum that counts, what it is, and when it is due or was paid."""

    label: str
    amount: str
    when: str


@dataclass(frozen=True)
class Document:
    """The printed invoice or credit note. Parties are lists of lines of text."""

    words: Words
    title: str
    merchant: str
    number: str
    test: bool
    headline: Headline
    facts: list[tuple[str, str]]
    sender: list[str]
    recipient: list[str]
    shipped_to: list[str]
    lines: list[Line]
    totals: list[Total]
    notes: list[str] = field(default_factory=list)
    memo: str = ""
    footer: str = ""


def build(account: Account, invoice: dict[str, Any]) -> Document:
    """Return the document of an invoice, in the language of its customer."""
    words = words_for(account, invoice)
    return Document(
        words=words,
        title=words("invoice"),
        merchant=merchant(account, invoice),
        number=invoice["number"] or "",
        test=not account.livemode,
        headline=headline(invoice, words),
        facts=facts(invoice, words),
        sender=sender(account, invoice, words.language),
        recipient=recipient(invoice, words.language),
        shipped_to=shipped_to(invoice, words.language),
        lines=lines(account, invoice, words),
        totals=totals(account, invoice, words),
        notes=notes(invoice, words),
        memo=invoice["description"] or "",
        footer=invoice["footer"] or "",
    )


def words_for(account: Account, invoice: dict[str, Any]) -> Words:
    """Return the texts in the first of the customer's locales that there are."""
    customer = account.get("customer", invoice["customer"] or "") or {}
    return Words(customer.get("preferred_locales"))


def merchant(account: Account, invoice: dict[str, Any]) -> str:
    """Return the name under which the account does business."""
    name: str = invoice["account_name"] or account.id
    return name


def headline(invoice: dict[str, Any], words: Words) -> Headline:
    """Return what the reader looks for first."""
    moments = invoice["status_transitions"]
    label, field, sentence, moment = {
        "paid": ("amount_paid", "amount_paid", "paid_on", moments["paid_at"]),
        "void": ("total", "total", "voided_on", moments["voided_at"]),
    }.get(
        invoice["status"],
        ("amount_due", "amount_remaining", "due", invoice["due_date"]),
    )
    day = formats.date(moment, words.language)
    return Headline(
        label=words(label),
        amount=formats.amount(invoice[field], invoice["currency"], words.language),
        when=words(sentence, date=day) if day else "",
    )


def facts(invoice: dict[str, Any], words: Words) -> list[tuple[str, str]]:
    """Return number, dates and custom fields, as label and text."""
    language = words.language
    rows = [
        (words("invoice_number"), invoice["number"]),
        (words("issued"), formats.date(invoice["effective_at"], language)),
        (words("due_date"), formats.date(invoice["due_date"], language)),
    ]
    rows += [
        (custom["name"], custom["value"]) for custom in invoice["custom_fields"] or []
    ]
    return [(label, text) for label, text in rows if text]


def sender(account: Account, invoice: dict[str, Any], language: str) -> list[str]:
    """Return the merchant's name, address and the tax ids chosen for the invoice."""
    details = account.settings
    rows = [
        merchant(account, invoice),
        *formats.address(details.get("address"), language),
    ]
    rows += [details[name] for name in ("email", "phone") if details.get(name)]
    for reference in invoice["account_tax_ids"] or []:
        tax_id = account.get("tax_id", tax_id_of(reference))
        if tax_id:
            rows.append(tax_id_text(tax_id))
    return rows


def tax_id_of(reference: str | dict[str, Any]) -> str:
    """Return the id of a reference that may be expanded."""
    return reference if isinstance(reference, str) else str(reference["id"])


def tax_id_text(tax_id: dict[str, Any]) -> str:
    """Return a tax id with its country's or region's name for it."""
    country, _, kind = tax_id["type"].partition("_")
    return f"{country.upper()} {kind.replace('_', ' ').upper()} {tax_id['value']}"


def recipient(invoice: dict[str, Any], language: str) -> list[str]:
    """Return the customer as finalization froze it."""
    rows = [
        invoice["customer_name"],
        *formats.address(invoice["customer_address"], language),
        invoice["customer_email"],
        invoice["customer_phone"],
        *(tax_id_text(tax_id) for tax_id in invoice["customer_tax_ids"] or []),
    ]
    return [row for row in rows if row]


def shipped_to(invoice: dict[str, Any], language: str) -> list[str]:
    """Return name and address of the delivery, nothing where there is none."""
    shipping = invoice["customer_shipping"]
    if not shipping:
        return []
    rows = [shipping.get("name"), *formats.address(shipping.get("address"), language)]
    return [row for row in rows if row]


def lines(account: Account, invoice: dict[str, Any], words: Words) -> list[Line]:
    """Return the lines of the table, all of them and not only the first ten."""
    rows = invoice_object.lines(account, invoice)
    return [
        Line(
            description=row["description"] or "",
            quantity=str(row["quantity"] or ""),
            tax=", ".join(
                rate_text(account, tax, words.language) for tax in row["taxes"] or []
            ),
            amount=formats.amount(row["amount"], row["currency"], words.language),
        )
        for row in rows
    ]


def rate_text(account: Account, tax: dict[str, Any], language: str) -> str:
    """Return the percentage of a line's tax."""
    rate = rate_of(account, tax)
    return formats.percent(rate["percentage"], language) if rate else ""


def rate_of(account: Account, tax: dict[str, Any]) -> dict[str, Any] | None:
    """Return the tax rate that a line's or an invoice's tax refers to."""
    return account.get("tax_rate", tax["tax_rate_details"]["tax_rate"])


def totals(account: Account, invoice: dict[str, Any], words: Words) -> list[Total]:
    """Return what stands under the table, from subtotal to amount due."""

    def money(minor: int) -> str:
        return formats.amount(minor, invoice["currency"], words.language)

    rows = [Total(words("subtotal"), money(invoice["subtotal"]))]
    rows += [
        Total(words("discount"), money(-discount["amount"]))
        for discount in invoice["total_discount_amounts"] or []
    ]
    if invoice["total_excluding_tax"] not in (None, invoice["subtotal"]):
        excluding = money(invoice["total_excluding_tax"])
        rows.append(Total(words("total_excluding_tax"), excluding))
    for tax in invoice["total_taxes"] or []:
        label = tax_label(account, tax, words, money(tax["taxable_amount"] or 0))
        rows.append(Total(label, money(tax["amount"])))
    rows.append(Total(words("total"), money(invoice["total"])))
    rows += settlements(invoice, words)
    rows.append(Total(words("amount_due"), money(invoice["amount_remaining"]), True))
    return rows


def tax_label(account: Account, tax: dict[str, Any], words: Words, taxable: str) -> str:
    """Return a tax's name, percentage and base, and whether the price holds it."""
    rate = rate_of(account, tax)
    name = words("tax")
    if rate:
        percent = formats.percent(rate["percentage"], words.language)
        name = f"{rate['display_name']} ({percent})"
    if tax["tax_behavior"] == "inclusive":
        name = words("included", tax=name)
    return words("on_base", tax=name, base=taxable)


def settlements(invoice: dict[str, Any], words: Words) -> list[Total]:
    """Return what lies between the total and what is still due: balance, payments."""
    ending = invoice["ending_balance"] or 0
    amounts = {
        "applied_balance": invoice["starting_balance"] - ending,
        "credited": -invoice["pre_payment_credit_notes_amount"],
        "amount_paid": -invoice["amount_paid"],
    }
    return [
        Total(words(name), formats.amount(minor, invoice["currency"], words.language))
        for name, minor in amounts.items()
        if minor
    ]


def notes(invoice: dict[str, Any], words: Words) -> list[str]:
    """Return the sentences that the law wants printed."""
    names = {"reverse": "reverse_charge", "exempt": "exempt"}
    name = names.get(invoice["customer_tax_exempt"] or "none")
    return [words(name)] if name else []
