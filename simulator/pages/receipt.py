"""The receipt of one payment."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Response

from simulator.pages import document, formats, html
from simulator.pages.texts import Words
from simulator.world import Account


def show(account: Account, invoice: dict[str, Any], charge: dict[str, Any]) -> Response:
    """Return the receipt page of a succeeded charge for an invoice."""
    printed = document.build(account, invoice)
    words = printed.words
    amount = formats.amount(charge["amount"], charge["currency"], words.language)
    facts = [
        (words("invoice_number"), printed.number),
        (words("date_paid"), formats.date(charge["created"], words.language)),
        (words("payment_method"), method_text(charge, words)),
    ]
    if charge["amount_refunded"]:
        back_paid = charge["amount_refunded"], charge["currency"]
        facts.append((words("refunded"), formats.amount(*back_paid, words.language)))
    back = Markup('<p style="margin-top:18px"><a id="back" href="{}">{}</a></p>')
    content = Markup(
        '<section class="card"><p class="label">{}</p>'
        '<p class="amount" id="amount-paid">{}</p><hr class="rule">{}'
        '<hr class="rule">{}{}{}</section>'
    ).format(
        words("receipt_from", merchant=printed.merchant),
        amount,
        html.facts(facts),
        html.table(printed.lines, words),
        html.totals(printed.totals),
        back.format(invoice["hosted_invoice_url"], words("back")),
    )
    title = f"{words('receipt')} {printed.number}"
    return html.page(
        words, title, printed.merchant, printed.test, content, width="narrow"
    )


def method_text(charge: dict[str, Any], words: Words) -> str:
    """Return brand or kind of what was paid with, and its last four figures."""
    details = charge["payment_method_details"]
    kind = details["type"]
    shown = details.get(kind) or {}
    name = (shown.get("brand") or kind).capitalize() if kind == "card" else words(kind)
    return f"{name} ···· {shown['last4']}" if shown.get("last4") else name
