"""InvoicePayments: what links an invoice to each payment made for it."""

from __future__ import annotations

from simulator import events, listing
from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def create(
    world: World,
    account: Account,
    invoice: JSONObject,
    payment_id: str,
    amount: int,
    is_default: bool,
    kind: str = "payment_intent",
) -> JSONObject:
    """Attach a payment to an invoice; nothing is credited yet.

    :param amount: minor units that are asked for
    :param kind: ``payment_intent`` or ``payment_record``
    """
    entry: JSONObject = {
        "id": world.new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": amount,
        "created": world.clock.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": is_default,
        "livemode": account.livemode,
        "payment": {kind: payment_id, "type": kind},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    ids = account.private(invoice["id"]).setdefault("payments", [])
    ids.append(entry["id"])
    links = account.private(payment_id).setdefault("invoice_payments", [])
    links.append(entry["id"])
    return common.create(world, account, entry)


def of_invoice(account: Account, invoice_id: str) -> list[JSONObject]:
    """Return the invoice's payments, the oldest first."""
    table = account.table("invoice_payment")
    return [table[i] for i in account.private(invoice_id).get("payments", [])]


def of_intent(account: Account, payment_id: str) -> list[JSONObject]:
    """Return the payments that a PaymentIntent or PaymentRecord stands behind."""
    table = account.table("invoice_payment")
    return [table[i] for i in account.private(payment_id).get("invoice_payments", [])]


def default(account: Account, invoice_id: str) -> JSONObject | None:
    """Return the invoice's own open payment, if it still has one."""
    for entry in of_invoice(account, invoice_id):
        if entry["is_default"] and entry["status"] == "open":
            return entry
    return None


def pay(world: World, account: Account, entry: JSONObject, amount: int) -> None:
    """Mark a payment as paid and tell about it; amount in minor units."""
    entry["status"] = "paid"
    entry["amount_paid"] = amount
    entry["status_transitions"]["paid_at"] = world.clock.now()
    events.emit(world, account, "invoice_payment.paid", entry)


def cancel(world: World, entry: JSONObject) -> None:
    """Mark an open payment as canceled."""
    entry["status"] = "canceled"
    entry["status_transitions"]["canceled_at"] = world.clock.now()


def retrieve(
    world: World, account: Account, entry_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/invoice_payments/:id."""
    return common.find(account, "invoice_payment", entry_id)


def list_payments(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/invoice_payments, by invoice, status, payment or creation."""
    if "invoice" in params:
        common.refer(account, "invoice", params["invoice"], "invoice")
    wanted = params.get("payment")
    rows = [
        entry
        for entry in candidates(account, params)
        if listing.matches(entry, params, "invoice", "status")
        and (wanted is None or is_payment(entry, wanted))
        and listing.in_range(entry["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/invoice_payments")


def candidates(account: Account, params: common.Params) -> list[JSONObject]:
    """Return the payments to filter, newest first, few where an invoice is named."""
    if "invoice" in params:
        return list(reversed(of_invoice(account, params["invoice"])))
    return listing.newest_first(account.table("invoice_payment"))


def is_payment(entry: JSONObject, wanted: common.Params) -> bool:
    """Whether the entry is about the payment that the filter names."""
    payment = entry["payment"]
    kind = wanted["type"]
    return payment["type"] == kind and (
        kind not in wanted or payment.get(kind) == wanted[kind]
    )


ROUTES = [
    Route(
        "GET",
        "/invoice_payments",
        list_payments,
        "InvoicePaymentListParams",
        "invoices:read",
    ),
    Route(
        "GET",
        "/invoice_payments/:id",
        retrieve,
        "InvoicePaymentRetrieveParams",
        "invoices:read",
    ),
]
