"""The page of a Checkout Session: pay an order, or store a payment method."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from simulator import checkouts, instruments
from simulator.errors import StripeError
from simulator.pages import formats, html
from simulator.pages.document import Line, Total
from simulator.pages.hosted import asked_by_the_bank
from simulator.pages.payment_form import Payer, payment_form
from simulator.pages.texts import Words
from simulator.resources import (
    cash_balance,
    checkout_flow,
    checkout_lines,
    checkout_transfer,
)

if TYPE_CHECKING:
    from simulator.world import Account, World

Session = dict[str, Any]
SIMULATED = ("card", "sepa_debit", "customer_balance")


def serve(world: World, account: Account, request: Request) -> Response | None:
    """Show the page, or carry out its form; None where there is no such session."""
    session_id = request.path.strip("/").split("/")[-1]
    session = account.get("checkout.session", session_id)
    if session is None:
        return None
    if request.method != "POST" or session["status"] != "open":
        return show(account, session, request.path)
    try:
        error = act(world, account, session, request.form.to_dict())
    except StripeError as refusal:
        return show(account, session, request.path, refusal.message)
    if session["status"] == "complete":
        return redirect(returning(session), 303)
    if error and waiting(account, session)["status"] != "requires_action":
        return show(account, session, request.path, error.message)
    return redirect(request.path, 303)


def returning(session: Session) -> str:
    """Return where the customer goes who is done."""
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def act(
    world: World, account: Account, session: Session, form: dict[str, str]
) -> StripeError | None:
    """Carry out a button; returns the bank's refusal where it refuses."""
    action = form.get("action", "pay")
    if action in ("complete", "fail"):
        success = action == "complete"
        return checkout_flow.authenticate(world, account, session, success)
    if form.get("method") == checkout_transfer.METHOD:
        checkout_transfer.choose(world, account, session)
        return None
    number = form.get("card_number", "")
    if action == "decline":
        number = instruments.DECLINED_CARD
    elif form.get("method", "card") == "sepa_debit":
        number = form.get("iban", "")
    return checkouts.submit(world, account, session, number)


def waiting(account: Account, session: Session) -> Session:
    """Return the intent behind an open session; ``status`` None before any attempt."""
    name = "setup_intent" if session["mode"] == "setup" else "payment_intent"
    return account.get(name, session[name] or "") or {"status": None}


def words_for(account: Account, session: Session) -> Words:
    """Return the texts in the session's language, else in the customer's."""
    if session["locale"] not in (None, "auto"):
        return Words([session["locale"]])
    customer = account.table("customer")[session["customer"]]
    return Words(customer.get("preferred_locales"))


def show(
    account: Account, session: Session, path: str, error: str | None = None
) -> Response:
    """Return the page of a session in whatever state it is."""
    words = words_for(account, session)
    merchant = account.settings["business_name"]
    if session["status"] != "open":
        return html.page(
            words, merchant, merchant, not account.livemode,
            closed(account, session, words, merchant), width="narrow",
        )  # fmt: skip
    content = Markup(
        '<div class="columns"><section class="card summary">{}</section>'
        '<section class="card details" aria-label="{}">{}</section>'
        '<section class="card payment" aria-label="{}">{}</section></div>'
    ).format(
        summary(session, words, merchant),
        words("order"),
        details(account, session, words),
        words("pay_with"),
        panel(account, session, words, path, error),
    )
    return html.page(
        words, merchant, merchant, not account.livemode, content,
        status=402 if error else 200,
    )  # fmt: skip


def instructions(account: Account, session: Session) -> Session | None:
    """Return where the money is to be transferred, if the session waits for that."""
    action = waiting(account, session).get("next_action") or {}
    found: Session | None = action.get(cash_balance.TRANSFER_ACTION)
    return found


def transfer(account: Account, session: Session, words: Words) -> Markup:
    """Return where to transfer which sum, and what to write on it."""
    asked = instructions(account, session) or {}
    iban = asked["financial_addresses"][0]["iban"]
    return html.facts(
        [
            (words("total"), amount(session, "amount_total", words)),
            (words("iban"), iban["iban"]),
            (words("account_holder"), iban["account_holder_name"]),
            (words("reference"), asked["reference"]),
        ]
    )


def closed(account: Account, session: Session, words: Words, merchant: str) -> Markup:
    """Return what is left to say of a session that is over."""
    back = Markup("")
    if instructions(account, session):
        state = ("warn", "⌛", words("customer_balance"))
        text = words("checkout_done_text")
        back = transfer(account, session, words)
        back += leave(returning(session), words, merchant)
    elif session["status"] == "expired":
        state = ("warn", "⌛", words("checkout_expired"))
        text = words("checkout_expired_text", merchant=merchant)
        back = leave(session["cancel_url"], words, merchant)
    else:
        state = ("good", "✓", words("checkout_done"))
        text = words("checkout_done_text")
        back = leave(returning(session), words, merchant)
    return Markup('<section class="card">{}</section>').format(
        html.state(*state, text, back)
    )


def leave(address: str | None, words: Words, merchant: str) -> Markup:
    """Return the link back to the merchant, where he has told an address."""
    if not address:
        return Markup("")
    link = '<p><a class="download" id="back" href="{}">← {}</a></p>'
    return Markup(link).format(address, words("return", merchant=merchant))


def summary(session: Session, words: Words, merchant: str) -> Markup:
    """Return the sum that counts, until when it can be paid, and the way back."""
    end = datetime.fromtimestamp(session["expires_at"], timezone.utc)
    until = words(
        "expires",
        date=formats.date(session["expires_at"], words.language),
        time=f"{end:%H:%M}",
    )
    if session["mode"] == "setup":
        head = Markup('<h2 id="title">{}</h2><p class="due">{}</p>').format(
            words("save_title"), words("save_text", merchant=merchant)
        )
    else:
        head = Markup(
            '<p class="label">{}</p><p class="amount" id="amount-due">{}</p>'
        ).format(words("total"), amount(session, "amount_total", words))
    return Markup('{}<p class="due" id="expires">{}</p>{}').format(
        head, until, leave(session["cancel_url"], words, merchant)
    )


def amount(session: Session, name: str, words: Words) -> str:
    """Return one of the session's or a line's amounts as text."""
    return formats.amount(session[name], session["currency"], words.language)


def details(account: Account, session: Session, words: Words) -> Markup:
    """Return the lines and their sums, or who it is whose method is stored."""
    customer = session["customer_details"]
    person = html.party(
        words("bill_to"),
        [
            one
            for one in (
                customer["name"],
                customer["email"],
                *formats.address(customer["address"], words.language),
            )
            if one
        ],
    )
    if session["mode"] == "setup":
        return person
    items = checkout_lines.of_session(account, session)
    rows = [
        Line(
            item["description"] or "",
            str(item["quantity"]),
            amount(item, "amount_tax", words),
            amount(item, "amount_total", words),
        )
        for item in items
    ]
    taxes = formats.amount(
        session["total_details"]["amount_tax"], session["currency"], words.language
    )
    totals = [
        Total(words("subtotal"), amount(session, "amount_subtotal", words)),
        Total(words("tax"), taxes),
        Total(words("total"), amount(session, "amount_total", words), True),
    ]
    rule = Markup('<hr class="rule">')
    return html.joined([html.table(rows, words), html.totals(totals), rule, person])


def panel(
    account: Account, session: Session, words: Words, path: str, error: str | None
) -> Markup:
    """Return the form, or the question of the bank."""
    setup = session["mode"] == "setup"
    asked = waiting(account, session)
    total = None if setup else amount(session, "amount_total", words)
    if asked["status"] == "requires_action":
        return asked_by_the_bank(words, total, path)
    failure = asked.get("last_setup_error" if setup else "last_payment_error") or {}
    offered = [one for one in session["payment_method_types"] if one in SIMULATED]
    mandate = "mandate_kept" if setup else "mandate"
    name = session["customer_details"]["name"] or ""
    return payment_form(
        words,
        path,
        words("save_method") if setup else words("pay", amount=total),
        Payer(account.settings["business_name"], name, [], mandate),
        offered or ["card"],
        error or failure.get("message"),
    )
