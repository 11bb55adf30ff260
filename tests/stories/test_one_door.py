"""Odoo's own Stripe provider, enabled beside the addon: one door to each document."""

import json
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from dev.modules import with_payment_stripe
from dev.rpc import RpcError, Session
from dev.stack import Stack
from dev.stripe_side import TEST_KEY
from simulator.signing import signature_header
from tests.stories.shop import Shop

SECRET = "whsec_beside"
PASSWORD = "a-long-password-of-a-test"
# What the form of Odoo's payment providers is known by.
FORM = "o_payment_form"
PRICE = 100.0


class Beside(Shop):
    """A connected company whose customers could pay with Odoo's provider, too."""

    def enable_provider(self) -> None:
        """Publish the provider, and let invoices and orders be paid online."""
        wanted = [["code", "=", "stripe"], ["company_id", "=", self.stack.company_id]]
        found = self.rpc("payment.provider", "search", wanted, limit=1)
        if not found:
            anyone = self.rpc(
                "payment.provider", "search", [["code", "=", "stripe"]], limit=1
            )
            values = {"company_id": self.stack.company_id}
            found = [self.rpc("payment.provider", "copy", anyone, values)[0]]
        self.provider = found[0]
        values = {
            "stripe_publishable_key": "pk_test_beside",
            "stripe_secret_key": "sk_test_beside",
            "stripe_webhook_secret": SECRET,
            "state": "test",
            "is_published": True,
        }
        self.rpc("payment.provider", "write", [self.provider], values)
        name = "account_payment.enable_portal_payment"
        self.rpc("ir.config_parameter", "set_param", name, "True")
        company = {"stripe_invoice_checkout": True}
        self.rpc("res.company", "write", [self.stack.company_id], company)

    def portal_customer(self, login: str) -> tuple[int, Session]:
        """Make a customer who can log in; return his contact and his session."""
        partner = self.customer()
        [group] = self.rpc(
            "ir.model.data",
            "search_read",
            [["module", "=", "base"], ["name", "=", "group_portal"]],
            ["res_id"],
        )
        values = {
            "partner_id": partner,
            "login": login,
            "password": PASSWORD,
            "company_id": self.stack.company_id,
            "company_ids": [(6, 0, [self.stack.company_id])],
            "group_ids": [(6, 0, [group["res_id"]])],
        }
        self.rpc("res.users", "create", values, context={"no_reset_password": True})
        return partner, self.stack.session(login, PASSWORD)

    def order(self, partner: int, **values: Any) -> int:
        """Make a quotation of a service that is to be paid online; return its id."""
        product = self.rpc(
            "product.product", "create", {"name": "Service", "type": "service"}
        )
        line = {"product_id": product, "product_uom_qty": 1, "price_unit": PRICE}
        data = {
            "partner_id": partner,
            "company_id": self.stack.company_id,
            "require_signature": False,
            "require_payment": True,
            "prepayment_percent": 1.0,
            "order_line": [(0, 0, line)],
        }
        order = int(self.rpc("sale.order", "create", {**data, **values}))
        self.rpc("sale.order", "action_quotation_sent", [order])
        return order

    def link(self, model: str, record: int) -> str:
        """Return the payment link that Odoo's wizard makes for a document."""
        context = {"active_model": model, "active_id": record}
        names = ["res_model", "res_id", "amount", "currency_id", "partner_id"]
        wizard = "payment.link.wizard"
        values = self.rpc(wizard, "default_get", names, context=context)
        made = self.rpc(wizard, "create", values, context=context)
        [row] = self.rpc(wizard, "read", [made], ["link"])
        return str(row["link"])

    def page(self, url: str) -> str:
        """Return a page as the public with its address sees it."""
        with urllib.request.urlopen(url, timeout=60) as answer:
            return str(answer.read().decode())

    def begin(self, model: str, record: int, reference: str, cents: int) -> int:
        """Let the customer begin a payment with the provider; return it.

        That is a request to Stripe itself, and therefore made by hand.
        """
        [method] = self.rpc(
            "payment.method", "search", [["code", "=", "card"]], limit=1
        )
        [row] = self.rpc(model, "read", [record], ["partner_id", "currency_id"])
        relation = {"account.move": "invoice_ids", "sale.order": "sale_order_ids"}
        values = {
            "provider_id": self.provider,
            "payment_method_id": method,
            "reference": reference,
            "amount": cents / 100,
            "currency_id": row["currency_id"][0],
            "partner_id": row["partner_id"][0],
            "operation": "online_direct",
            relation[model]: [(6, 0, [record])],
        }
        return int(self.rpc("payment.transaction", "create", values))

    def tell_provider(self, reference: str, status: str, cents: int) -> None:
        """Let Stripe tell Odoo's provider of a payment, as its webhook hears of it."""
        intent = {
            "id": f"pi_{secrets.token_hex(8)}",
            "object": "payment_intent",
            "description": reference,
            "status": status,
            "amount": cents,
            "currency": "eur",
            "payment_method": {"type": "card", "card": {"brand": "visa"}},
        }
        event = {"id": "evt_1", "type": f"payment_intent.{status}"}
        self.forward({**event, "data": {"object": intent}})

    def forward(self, event: dict[str, Any]) -> None:
        """Send an event to Odoo's provider, signed as its own."""
        body = json.dumps(event).encode()
        sign = signature_header(body, [SECRET], int(time.time()), livemode=True)
        headers = {"Content-Type": "application/json", "Stripe-Signature": sign}
        url = f"{self.stack.base_url}/payment/stripe/webhook"
        request = urllib.request.Request(url, body, headers)
        urllib.request.urlopen(request, timeout=60).read()

    def post_process(self) -> None:
        """Let Odoo book what the provider has received, as its job does.

        What collides with our worker the job leaves for its next run.
        """
        [job] = self.rpc(
            "ir.model.data",
            "search_read",
            [["name", "=", "cron_post_process_payment_tx"]],
            ["res_id"],
        )
        left = [["is_post_processed", "=", False], ["state", "=", "done"]]
        deadline = time.monotonic() + 60
        while self.rpc("payment.transaction", "search", left):
            assert time.monotonic() < deadline, "It was not booked"
            self.rpc("ir.cron", "method_direct_trigger", [job["res_id"]])

    def state(self, transaction: int) -> str:
        """Return the state of a transaction of the provider."""
        [row] = self.rpc("payment.transaction", "read", [transaction], ["state"])
        return str(row["state"])

    def door(self, kind: str, record: int, token: str) -> str:
        """Return what the customer finds at our address: a state, or Stripe's page."""
        url = f"{self.stack.base_url}/stripe_invoice/{kind}/{record}"
        page = self.page(f"{url}?access_token={token}")
        found = re.search(r'data-state="(\w*)"', page)
        return found[1] if found else "stripe"

    def token(self, model: str, record: int) -> str:
        """Return the token with which anybody may see a document."""
        [row] = self.rpc(model, "read", [record], ["access_token"])
        return str(row["access_token"])


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    """A stack of its own, because the provider is in no other database."""
    with Stack(with_payment_stripe) as stack:
        one = Beside(stack)
        one.connect()
        one.enable_provider()
        yield one
        # A warning tells of each refusal, and of what the provider does not know.
        assert [text for text in one.complaints() if " WARNING " not in text] == []


def test_an_invoice_has_one_door(beside: Beside) -> None:
    partner, customer = beside.portal_customer("pays-invoices")
    late = {"invoice_date": "2026-01-01", "invoice_date_due": "2026-01-02"}
    plain = beside.draft(partner, PRICE, stripe_invoice=False, **late)
    ours, other = (beside.draft(partner, PRICE, **late) for _number in range(2))
    beside.post(plain, ours, other)
    beside.wait_open(ours, other)
    # The provider is there, where Stripe's invoice is not.
    assert FORM in beside.page(beside.link("account.move", plain))
    assert FORM in customer.get(f"/my/invoices/{plain}").decode()
    link = beside.link("account.move", ours)
    assert f"/stripe_invoice/pay/{ours}?" in link
    token = beside.token("account.move", ours)
    assert beside.door("pay", ours, token) == "stripe"
    page = customer.get(f"/my/invoices/{ours}").decode()
    assert FORM not in page and 'name="stripe_pay"' in page
    # Also for who was sent the other address before, or has its page open.
    old = f"/my/invoices/{ours}?access_token={token}&payment=True"
    assert FORM not in beside.page(beside.stack.base_url + old)
    with pytest.raises(RpcError, match="paid with Stripe"):
        customer._post(f"/invoice/transaction/{ours}", {"access_token": token})
    # Their sum is paid nowhere: each is paid at its own door.
    page = customer.get("/my/invoices/overdue").decode()
    assert FORM not in page
    assert all(f"/stripe_invoice/pay/{move}?" in page for move in (ours, other))
    with pytest.raises(RpcError, match="paid with Stripe"):
        customer._post("/invoice/transaction/overdue", {"payment_reference": "all"})


def test_an_order_has_one_door(beside: Beside) -> None:
    partner, customer = beside.portal_customer("pays-orders")
    plain = beside.order(partner, stripe_checkout=False)
    ours = beside.order(partner)
    assert FORM in beside.page(beside.link("sale.order", plain))
    link = beside.link("sale.order", ours)
    assert urlsplit(link).path == f"/stripe_invoice/order/{ours}"
    token = beside.token("sale.order", ours)
    # Two tabs at once make one page, and neither of them fails.
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(beside.page, [link, link]))

    def leads_on() -> bool:
        return beside.door("order", ours, token) == "stripe"

    beside.wait_for("The page of the order", leads_on)
    sessions = beside.simulator.control("objects/checkout.session")["data"]
    [row] = beside.rpc("sale.order", "read", [ours], ["name"])
    [session] = [s for s in sessions if s["client_reference_id"] == row["name"]]
    page = customer.get(f"/my/orders/{ours}").decode()
    assert FORM not in page and 'name="stripe_pay_order"' in page
    page = customer.get(f"/my/orders/{ours}?payment_amount=120").decode()
    assert FORM not in page
    with pytest.raises(RpcError, match="paid with Stripe"):
        customer._post(f"/my/orders/{ours}/transaction", {"access_token": token})
    # What Stripe then tells the provider of it, is not taken for one of its own.
    abandoned = beside.begin("sale.order", ours, row["name"], 12000)
    beside.simulator.control(f"checkout/sessions/{session['id']}/submit", {})
    beside.wait_for("The order is paid", lambda: _is_sold(beside, ours))
    session = beside.simulator.api(f"checkout/sessions/{session['id']}")
    intent = beside.simulator.api(f"payment_intents/{session['payment_intent']}")
    beside.tell_provider(intent["description"], "succeeded", intent["amount"])
    assert beside.state(abandoned) == "draft"


def _is_sold(shop: Shop, order: int) -> bool:
    [row] = shop.rpc("sale.order", "read", [order], ["state", "invoice_ids"])
    moves = shop.moves(row["invoice_ids"])
    paid = [move["payment_state"] in ("paid", "in_payment") for move in moves]
    return row["state"] == "sale" and paid == [True]


def test_what_the_provider_has_is_told_to_stripe_and_paid_once(beside: Beside) -> None:
    move = beside.posted(PRICE, stripe_invoice=False)
    row = beside.move(move)
    cents = round(row["amount_total"] * 100)
    transaction = beside.begin("account.move", move, row["name"], cents)
    beside.tell_provider(row["name"], "processing", cents)
    assert beside.state(transaction) == "pending"
    # It comes to Stripe meanwhile: there is nothing to pay there.
    beside.rpc("account.move", "write", [move], {"stripe_invoice": True})
    beside.rpc("account.move", "action_stripe_push", [move])
    beside.wait_open(move)
    beside.link("account.move", move)
    token = beside.token("account.move", move)
    assert beside.door("pay", move, token) == "processing"
    with pytest.raises(RpcError, match="another payment provider"):
        beside.rpc("account.move", "action_stripe_send", [move])
    beside.tell_provider(row["name"], "succeeded", cents)
    assert beside.door("pay", move, token) == "processing"
    beside.post_process()
    beside.wait_paid(move)
    assert beside.door("pay", move, token) == "paid"
    beside.rest()
    [payment] = beside.payments(move)
    assert (payment["amount"], payment["stripe_ref"]) == (row["amount_total"], False)
    invoice = beside.simulator.api(f"invoices/{beside.move(move)['stripe_ref']}")
    assert (invoice["status"], invoice["amount_paid"]) == ("paid", cents)
    charges = beside.simulator.control("objects/charge")["data"]
    assert not [one for one in charges if one["customer"] == invoice["customer"]]


def test_what_the_provider_loses_can_be_paid_at_stripe(beside: Beside) -> None:
    move = beside.posted(PRICE)
    [row] = beside.wait_open(move)
    cents = round(row["amount_total"] * 100)
    # It was begun before the invoice was at Stripe.
    transaction = beside.begin("account.move", move, row["name"], cents)
    beside.tell_provider(row["name"], "processing", cents)
    beside.link("account.move", move)
    token = beside.token("account.move", move)
    assert beside.door("pay", move, token) == "processing"
    beside.tell_provider(row["name"], "canceled", cents)
    assert beside.state(transaction) == "cancel"
    assert beside.door("pay", move, token) == "stripe"
    beside.pay_on_page(move)
    beside.wait_paid(move)
    beside.check_one_payment(move)


def test_neither_books_what_is_the_others(beside: Beside) -> None:
    move = beside.posted(PRICE)
    beside.wait_open(move)
    beside.pay_on_page(move)
    beside.wait_paid(move)
    # The provider's endpoint is on the same account, so it hears of our charge, too.
    events = beside.simulator.api("events", limit="100")["data"]
    ours = [one for one in events if one["type"].startswith("payment_intent.")]
    assert ours
    for event in ours:
        beside.forward(event)
    beside.rest()
    beside.check_one_payment(move)
    # A payment of the provider's, and its refund, are none of ours.
    before = _count(beside)
    charge = _pay_elsewhere(beside)
    _post(beside, "refunds", charge=charge)
    beside.rest()
    assert _count(beside) == before


def _post(shop: Shop, path: str, **parameters: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{shop.simulator.url}/v1/{path}",
        urllib.parse.urlencode(parameters).encode(),
        {"Authorization": f"Bearer {TEST_KEY}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _pay_elsewhere(shop: Shop) -> str:
    """Make a payment without an invoice, as a web shop does; return its charge."""
    intent = _post(
        shop,
        "payment_intents",
        amount="5000",
        currency="eur",
        confirm="true",
        payment_method="pm_card_visa",
        return_url="https://shop.example.com",
    )
    return str(intent["latest_charge"])


def _count(shop: Shop) -> tuple[int, ...]:
    """Return how many payments, refunds and credit notes Odoo has."""
    models = ("account.payment", "stripe.refund", "stripe.credit.note")
    return tuple(int(shop.rpc(model, "search_count", [])) for model in models)
