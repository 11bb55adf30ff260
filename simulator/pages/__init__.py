"""What a customer sees: hosted invoice page, PDFs, receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from simulator import scenarios, schedule
from simulator.pages import (
    checkout,
    credit_document,
    customer_portal,
    document,
    hosted,
    html,
    pdf,
    receipt,
)
from simulator.pages.texts import Words
from simulator.resources import checkout_flow, invoice_payment

if TYPE_CHECKING:
    from simulator.world import Account, World


KINDS = (
    "i", "pdf", "receipt", "authenticate", "credit_note", "checkout", "portal",
)  # fmt: skip


def dispatch(world: World, request: Request) -> Response | None:
    """Serve a page, or return None when the path is none of ours."""
    parts = request.path.strip("/").split("/")
    if len(parts) != 3 or parts[0] not in KINDS:
        return None
    kind, account_id, _secret = parts
    with world.lock:
        schedule.run_due(world)
        account = world.accounts.get(account_id)
        found = serve(world, account, kind, request) if account else None
    return found or not_found()


def serve(
    world: World, account: Account, kind: str, request: Request
) -> Response | None:
    """Return the page behind the address, None if the account has none there."""
    if kind == "receipt":
        return serve_receipt(account, request.path)
    if kind == "authenticate":
        return serve_authentication(account, request.path)
    if kind == "credit_note":
        return serve_credit_note(account, request.path)
    if kind == "checkout":
        return checkout.serve(world, account, request)
    if kind == "portal":
        return customer_portal.serve(world, account, request)
    field = "invoice_pdf" if kind == "pdf" else "hosted_invoice_url"
    invoice = by_address(account, "invoice", field, request.path)
    if invoice is None:
        return None
    if kind == "pdf":
        return serve_pdf(account, invoice)
    return hosted.serve(world, account, invoice, request)


def by_address(
    account: Account, name: str, field: str, path: str
) -> dict[str, Any] | None:
    """Return the object whose ``field`` is an address with that path."""
    for one in account.table(name).values():
        if one[field] and urlsplit(one[field]).path == path:
            return one
    return None


def serve_pdf(account: Account, invoice: dict[str, Any]) -> Response:
    """Return the invoice's PDF."""
    printed = document.build(account, invoice)
    return printed_pdf(printed, invoice, f"Invoice-{printed.number}.pdf")


def serve_credit_note(account: Account, path: str) -> Response | None:
    """Return the PDF of the credit note whose address this is."""
    note = by_address(account, "credit_note", "pdf", path)
    if note is None:
        return None
    invoice = account.table("invoice")[note["invoice"]]
    printed = credit_document.build(account, note)
    return printed_pdf(printed, invoice, f"Credit-note-{printed.number}.pdf")


def printed_pdf(
    printed: document.Document, invoice: dict[str, Any], name: str
) -> Response:
    """Return a document on paper of the invoice's size."""
    return Response(
        pdf.render(printed, invoice["rendering"]["pdf"]["page_size"]),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def serve_receipt(account: Account, path: str) -> Response | None:
    """Return the receipt of the charge whose address this is."""
    charge = by_address(account, "charge", "receipt_url", path)
    invoice = scenarios.invoice_of(account, charge) if charge else None
    if charge is None or invoice is None:
        return None
    return receipt.show(account, invoice, charge)


def serve_authentication(account: Account, path: str) -> Response | None:
    """Lead to the page of the payment, which asks what the bank's page would ask."""
    for intent in account.table("payment_intent").values():
        action = (intent["next_action"] or {}).get("redirect_to_url") or {}
        if urlsplit(action.get("url") or "").path == path:
            if session := checkout_flow.of_intent(account, intent["id"]):
                return redirect(session["url"], 303)
            for entry in invoice_payment.of_intent(account, intent["id"]):
                invoice = account.table("invoice")[entry["invoice"]]
                return redirect(invoice["hosted_invoice_url"], 303)
    return None


def not_found() -> Response:
    """Return the page for an address that leads nowhere."""
    words = Words(None)
    content = html.state("warn", "?", words("not_found"), words("not_found_text"))
    page = Markup('<section class="card">{}</section>').format(content)
    return html.page(
        words, words("not_found"), "Stripe simulator", False, page,
        width="narrow", status=404,
    )  # fmt: skip
