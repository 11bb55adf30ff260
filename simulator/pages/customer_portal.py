"""The customer portal: a customer's stored payment methods and invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from simulator import checkouts, instruments, listing
from simulator.errors import StripeError, missing
from simulator.pages import formats, html
from simulator.pages.checkout import SIMULATED, leave
from simulator.pages.payment_form import Payer, payment_form
from simulator.pages.texts import Words
from simulator.resources import customer, payment_method, portal_session, setup_intent

if TYPE_CHECKING:
    from simulator.world import Account, World

JSON = dict[str, Any]
STATES = {"paid": "status_paid", "void": "status_void"}
METHOD = Markup(
    '<form method="post" action="{path}" class="kept"><span>{text}</span>{default}'
    '<input type="hidden" name="payment_method" value="{id}">'
    '<button class="plain" name="action" value="remove">{remove}</button></form>'
)
CHOOSE = Markup('<button class="plain" name="action" value="default">{}</button>')
BADGE = Markup('<span class="badge">{}</span>')
INVOICE = Markup(
    '<tr><td><a href="{url}">{number}</a></td><td>{date}</td><td>{state}</td>'
    '<td class="figure">{total}</td></tr>'
)
SECTION = Markup('<section class="card" id="{}"><h2>{}</h2>{}</section>')


def serve(world: World, account: Account, request: Request) -> Response | None:
    """Show the page, or carry out its form; None where no session has the address."""
    session = by_path(account, request.path)
    if session is None:
        return None
    if world.clock.now() >= session["created"] + portal_session.LIFETIME:
        return expired(account, session)
    if request.method != "POST":
        return show(account, session, request.path, None)
    error = act(world, account, session, request.form.to_dict())
    if error:
        return show(account, session, request.path, error)
    return redirect(request.path, 303)


def by_path(account: Account, path: str) -> JSON | None:
    """Return the session that has the address."""
    for session in account.table(portal_session.TABLE).values():
        if urlsplit(session["url"]).path == path:
            return session
    return None


def act(
    world: World, account: Account, session: JSON, form: dict[str, str]
) -> str | None:
    """Carry out a button; returns why it could not be done."""
    action, method_id = form.get("action", ""), form.get("payment_method", "")
    try:
        if action == "default":
            choose(world, account, session["customer"], method_id)
        elif action == "remove":
            check_owner(account, session["customer"], method_id)
            payment_method.detach(world, account, method_id, {})
        else:
            add(world, account, session["customer"], form)
    except StripeError as refusal:
        return refusal.message
    return None


def check_owner(account: Account, customer_id: str, method_id: str) -> None:
    """Raise Stripe's 404 for a payment method of somebody else."""
    method = account.get("payment_method", method_id)
    if method is None or method["customer"] != customer_id:
        raise missing("PaymentMethod", method_id, "payment_method")


def choose(world: World, account: Account, customer_id: str, method_id: str) -> None:
    """Let invoices be charged to this method."""
    settings = {"invoice_settings": {"default_payment_method": method_id}}
    customer.update(world, account, customer_id, settings)


def add(world: World, account: Account, customer_id: str, form: dict[str, str]) -> None:
    """Keep a new method as the one to charge; raises the bank's refusal."""
    number = form.get("card_number", "")
    if form.get("action") == "decline":
        number = instruments.DECLINED_CARD
    elif form.get("method", "card") == "sepa_debit":
        number = form.get("iban", "")
    method = checkouts.typed(world, account, customer_id, number)
    if refusal := payment_method.refusal(account, method):
        raise refusal
    setup_intent.keep(world, account, method, customer_id)
    choose(world, account, customer_id, method["id"])


def expired(account: Account, session: JSON) -> Response:
    """Return what an old address shows."""
    words, merchant = told(account, session)
    text = words("portal_expired_text", merchant=merchant)
    back = leave(session["return_url"], words, merchant)
    content = html.state("warn", "⌛", words("checkout_expired"), text, back)
    page = Markup('<section class="card">{}</section>').format(content)
    test = not account.livemode
    return html.page(words, merchant, merchant, test, page, width="narrow", status=404)


def told(account: Account, session: JSON) -> tuple[Words, str]:
    """Return the texts in the customer's language, and the merchant's name."""
    owner = account.table("customer")[session["customer"]]
    locale = session["locale"]
    chosen = [locale] if locale not in (None, "auto") else []
    words = Words(chosen or owner.get("preferred_locales"))
    return words, account.settings["business_name"]


def show(account: Account, session: JSON, path: str, error: str | None) -> Response:
    """Return the page, with the parts that the configuration switches on."""
    words, merchant = told(account, session)
    table = account.table("billing_portal.configuration")
    features = table[session["configuration"]]["features"]
    left, right = [intro(session, words, merchant)], Markup("")
    if features["payment_method_update"]["enabled"]:
        left.append(methods(account, session, words, path))
        form = new_method(account, session, words, path, error)
        right = Markup('<section class="card payment">{}</section>').format(form)
    if features["invoice_history"]["enabled"]:
        left.append(invoices(account, session, words))
    content = Markup('<div class="columns"><div class="stack">{}</div>{}</div>').format(
        html.joined(left), right
    )
    test, status = not account.livemode, 402 if error else 200
    return html.page(words, words("portal"), merchant, test, content, status=status)


def intro(session: JSON, words: Words, merchant: str) -> Markup:
    """Return whose page this is, and the way back."""
    text = Markup('<p class="due">{}</p>{}').format(
        words("portal_partner", merchant=merchant),
        leave(session["return_url"], words, merchant),
    )
    return SECTION.format("portal", words("portal"), text)


def methods(account: Account, session: JSON, words: Words, path: str) -> Markup:
    """Return the stored methods, each with what can be done to it."""
    owner = account.table("customer")[session["customer"]]
    default = owner["invoice_settings"]["default_payment_method"]
    kept = [
        method
        for method in listing.newest_first(account.table("payment_method"))
        if method["customer"] == owner["id"]
    ]
    rows = [
        METHOD.format(
            path=path,
            text=shown(method, words),
            default=BADGE.format(words("default"))
            if method["id"] == default
            else CHOOSE.format(words("make_default")),
            id=method["id"],
            remove=words("remove"),
        )
        for method in kept
    ]
    nothing = Markup('<p class="due">{}</p>').format(words("no_methods"))
    return SECTION.format("methods", words("methods"), html.joined(rows or [nothing]))


def shown(method: JSON, words: Words) -> str:
    """Return what a customer recognises the method by."""
    kind = words("sepa_debit")
    if method["type"] == "card":
        kind = method["card"]["brand"].title()
    return words("method_shown", kind=kind, last4=method[method["type"]]["last4"])


def new_method(
    account: Account, session: JSON, words: Words, path: str, error: str | None
) -> Markup:
    """Return the form that stores another method."""
    owner = account.table("customer")[session["customer"]]
    payer = Payer(
        account.settings["business_name"], owner["name"] or "", [], "mandate_kept"
    )
    activated = account.settings.get("payment_method_types")
    types = [one for one in SIMULATED if activated is None or one in activated]
    return payment_form(words, path, words("add_method"), payer, types, error)


def invoices(account: Account, session: JSON, words: Words) -> Markup:
    """Return the invoices that were issued, each with its page."""
    rows = [
        INVOICE.format(
            url=invoice["hosted_invoice_url"],
            number=invoice["number"],
            date=formats.date(
                invoice["status_transitions"]["finalized_at"], words.language
            ),
            state=words(STATES.get(invoice["status"], "open")),
            total=formats.amount(invoice["total"], invoice["currency"], words.language),
        )
        for invoice in listing.newest_first(account.table("invoice"))
        if invoice["customer"] == session["customer"] and invoice["hosted_invoice_url"]
    ]
    table = Markup("<table><tbody>{}</tbody></table>").format(html.joined(rows))
    if not rows:
        table = Markup('<p class="due">{}</p>').format(words("no_invoices"))
    return SECTION.format("invoices", words("invoice_history"), table)
