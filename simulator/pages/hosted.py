"""The hosted invoice page: shows the invoice and lets its customer pay it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from simulator import scenarios
from simulator.errors import StripeError
from simulator.pages import document, formats, html
from simulator.pages.payment_form import Payer, payment_form
from simulator.pages.texts import Words
from simulator.resources import cash_balance_api

if TYPE_CHECKING:
    from simulator.world import Account, World

Invoice = dict[str, Any]
DECLINED_CARD = "4000 0000 0000 0002"


def serve(
    world: World, account: Account, invoice: Invoice, request: Request
) -> Response:
    """Show the page, or carry out what its form asks for and show it again."""
    if request.method != "POST":
        return show(world, account, invoice, request.path)
    try:
        act(world, account, invoice, request.form.to_dict())
    except StripeError as error:
        return show(world, account, invoice, request.path, error.message)
    return redirect(request.path, 303)


def act(world: World, account: Account, invoice: Invoice, form: dict[str, str]) -> None:
    """Carry out a button; a refusal that leaves no payment raises StripeError."""
    action = form.get("action", "pay")
    if action in ("complete", "fail"):
        scenarios.authenticate(world, account, invoice, action == "complete")
    elif action == "decline":
        scenarios.pay_by_card(world, account, invoice, DECLINED_CARD)
    elif form.get("method", "card") == "sepa_debit":
        scenarios.pay_by_debit(world, account, invoice, form.get("iban", ""))
    elif form.get("method") == "customer_balance":
        due = invoice["amount_remaining"]
        scenarios.pay_by_transfer(world, account, invoice, due)
    else:
        scenarios.pay_by_card(world, account, invoice, form.get("card_number", ""))


def show(
    world: World,
    account: Account,
    invoice: Invoice,
    path: str,
    error: str | None = None,
) -> Response:
    """Return the page of an invoice in whatever state it is."""
    printed = document.build(account, invoice)
    words = printed.words
    side = panel(world, account, invoice, printed, path, error)
    content = Markup(
        '<div class="columns"><section class="card summary">{}</section>'
        '<section class="card details" aria-label="{}">{}</section>'
        '<section class="card payment" aria-label="{}">{}</section></div>'
    ).format(
        summary(invoice, printed),
        words("details"),
        html.details(printed),
        words("pay_with"),
        side,
    )
    title = f"{printed.title} {printed.number} · {printed.merchant}"
    return html.page(
        words,
        title,
        printed.merchant,
        printed.test,
        content,
        status=402 if error else 200,
    )


def summary(invoice: Invoice, printed: document.Document) -> Markup:
    """Return the sum that counts, when it is due, and the link to the PDF."""
    link = Markup('<a class="download" id="invoice-pdf" href="{}">{}</a>')
    address = invoice["invoice_pdf"]
    return Markup(
        '<p class="label">{}</p><p class="amount" id="amount-due">{}</p>'
        '<p class="due" id="due-date">{}</p>{}'
    ).format(
        printed.headline.label,
        printed.headline.amount,
        printed.headline.when,
        link.format(address, printed.words("download")) if address else "",
    )


def panel(
    world: World,
    account: Account,
    invoice: Invoice,
    printed: document.Document,
    path: str,
    error: str | None,
) -> Markup:
    """Return the right side: the form to pay, or what became of the invoice."""
    words, status = printed.words, invoice["status"]
    if status == "paid":
        return paid(account, invoice, printed)
    if status in ("void", "draft"):
        sign = {"void": ("bad", "✕"), "draft": ("warn", "…")}[status]
        text = words(f"{status}_text", merchant=printed.merchant)
        if status == "void" and invoice["latest_revision"]:
            text = words("replaced_text")
        return html.state(*sign, words(status), text)
    intent = scenarios.intent_of(account, invoice)
    if intent and intent["status"] == "processing":
        return html.state("warn", "⋯", words("processing"), words("processing_text"))
    if intent and intent["status"] == "requires_action":
        return authentication(invoice, printed, path)
    failure = (intent or {}).get("last_payment_error") or {}
    form = payment_form(
        words,
        path,
        words("pay", amount=amount_due(invoice, printed)),
        Payer(
            printed.merchant,
            invoice["customer_name"] or "",
            transfer_to(world, account, invoice, printed),
        ),
        scenarios.methods_offered(invoice),
        error or failure.get("message"),
    )
    return given_up(printed) + form if status == "uncollectible" else form


def transfer_to(
    world: World, account: Account, invoice: Invoice, printed: document.Document
) -> list[tuple[str, str]]:
    """Return where the customer sends money, and what he writes on the transfer."""
    country = account.settings["country"]
    customer = invoice["customer"]
    iban = cash_balance_api.address(world, account, customer, country)["iban"]
    words = printed.words
    return [
        (words("iban"), iban["iban"]),
        (words("account_holder"), iban["account_holder_name"]),
        (words("reference"), printed.number),
    ]


def given_up(printed: document.Document) -> Markup:
    """Return the notice on an uncollectible invoice, which can still be paid."""
    text = printed.words("uncollectible_text", merchant=printed.merchant)
    return Markup('<p class="notice warn" id="state">{}. {}</p>').format(
        printed.words("uncollectible"), text
    )


def paid(account: Account, invoice: Invoice, printed: document.Document) -> Markup:
    """Return the thanks, with the receipt where there was a payment through Stripe."""
    words = printed.words
    charge = scenarios.charge_of(account, invoice)
    link = Markup("")
    if charge and charge["receipt_url"]:
        link = Markup(
            '<p><a class="download" id="receipt" href="{}">{}</a></p>'
        ).format(charge["receipt_url"], words("receipt_link"))
    text = words("paid_thanks" if charge else "paid_elsewhere")
    return html.state("good", "✓", words("paid"), text, link)


def authentication(invoice: Invoice, printed: document.Document, path: str) -> Markup:
    """Return what the bank's 3-D Secure page would ask."""
    return asked_by_the_bank(printed.words, amount_due(invoice, printed), path)


def amount_due(invoice: Invoice, printed: document.Document) -> str:
    """Return the text of what remains to be paid."""
    remaining, currency = invoice["amount_remaining"], invoice["currency"]
    return formats.amount(remaining, currency, printed.words.language)


def asked_by_the_bank(words: Words, amount: str | None, path: str) -> Markup:
    """Return the question of a bank; ``amount`` is None where nothing is paid yet."""
    if amount is None:
        title, text = words("authenticate_card"), words("authenticate_card_text")
    else:
        title = words("authenticate")
        text = words("authenticate_text", amount=amount)
    return Markup(
        "<h2>{}</h2><p>{}</p>"
        '<form method="post" action="{}">'
        '<button class="primary" id="complete" name="action" value="complete">{}'
        "</button>"
        '<button class="plain" id="fail" name="action" value="fail"'
        ' style="margin-top:10px">{}</button></form>'
    ).format(
        title,
        text,
        path,
        words("complete"),
        words("fail"),
    )
