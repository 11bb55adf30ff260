"""The whole job over HTTP and RPC, each step by the user whose job it is."""

import time
from dataclasses import dataclass

import pytest

from dev import figures
from dev.rpc import RpcError, Session
from dev.story import CUSTOMER
from tests.stories.shop import Shop

SECONDS = 30
"""Each reaction of one side to the other takes less, on a slow machine too."""

PASSWORD = "a-long-password-of-a-test"
SALES = ["sales_team.group_sale_salesman_all_leads"]
BILLING = [*SALES, "account.group_account_invoice"]


@dataclass
class People:
    """The sessions of the users who take part."""

    salesman: Session
    billing: Session


@pytest.fixture(scope="module")
def people(connected: Shop) -> People:
    """A salesman and a billing user of the company."""
    salesman = _user(connected, "salesman", SALES)
    return People(salesman, _user(connected, "billing", BILLING))


def _user(shop: Shop, login: str, groups: list[str]) -> Session:
    company = shop.stack.company_id
    names = [group.split(".")[1] for group in groups]
    data = shop.rpc(
        "ir.model.data",
        "search_read",
        [["name", "in", names], ["model", "=", "res.groups"]],
        ["res_id"],
    )
    values = {
        "name": login,
        "login": login,
        "email": f"{login}@example.com",
        "password": PASSWORD,
        "company_id": company,
        "company_ids": [(6, 0, [company])],
        "group_ids": [(4, row["res_id"]) for row in data],
    }
    shop.rpc("res.users", "create", values, context={"no_reset_password": True})
    session = shop.stack.session(login, PASSWORD)
    session.context["allowed_company_ids"] = [company]
    return session


def test_from_the_sale_order_to_the_paid_and_matched_invoice(
    shop: Shop, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.connect()
    [endpoint] = shop.simulator.api("webhook_endpoints")["data"]
    assert endpoint["url"].startswith(shop.stack.base_url)

    move = _invoice(people.billing, _order(shop, people.salesman))
    posted_at = time.monotonic()
    shop.post(move, rpc=people.billing)
    [row] = shop.wait_open(move, seconds=SECONDS)
    to_open = time.monotonic() - posted_at

    remote = shop.simulator.api(f"invoices/{row['stripe_ref']}")
    ours = figures.of_odoo(people.billing, row)
    assert ours == figures.of_stripe(shop.simulator, remote)
    assert remote["number"] == row["name"]
    assert (remote["status"], remote["livemode"]) == ("open", False)
    assert remote["amount_due"] == round(row["amount_total"] * 100)

    shop.pay_on_page(move)
    paid_at = time.monotonic()
    [row] = shop.wait_paid(move, seconds=SECONDS)
    to_paid = time.monotonic() - paid_at
    shop.check_one_payment(move)
    [payment] = shop.payments(move)
    assert payment["is_reconciled"]

    events = shop.wait_settled(row["stripe_ref"])
    assert {event["state"] for event in events} == {"done"}
    assert {"invoice_payment.paid", "invoice.paid"} <= {e["type"] for e in events}
    assert len(_mails_to_customer(shop, row["partner_id"][0])) <= 1
    with capsys.disabled():
        print(
            f"\n  from posting to open {to_open:.1f} s, to paid {to_paid:.1f} s ",
            end="",
        )


def _mails_to_customer(shop: Shop, partner: int) -> list[str]:
    [customer] = shop.rpc("res.partner", "read", [partner], ["email"])
    mails = shop.stack.mails.mails
    return [mail["To"] for mail in mails if customer["email"] in str(mail["To"])]


def _order(shop: Shop, salesman: Session) -> int:
    """Make and confirm an order of two demo products, with the switch as it comes."""
    [partner] = salesman("res.partner", "search", [["name", "=", CUSTOMER]], limit=1)
    company = ["company_id", "in", [False, shop.stack.company_id]]
    codes = ["default_code", "in", ["FURN_0789", "FURN_8900"]]
    products = salesman("product.product", "search", [codes, company])
    lines = [{"product_id": product, "product_uom_qty": 3} for product in products]
    values = {"partner_id": partner, "order_line": [(0, 0, line) for line in lines]}
    order = int(salesman("sale.order", "create", values))
    [found] = salesman("sale.order", "read", [order], ["stripe_invoice"])
    assert found["stripe_invoice"], "the company's default is on"
    salesman("sale.order", "action_confirm", [order])
    return order


def _invoice(billing: Session, order: int) -> int:
    """Invoice an order with the wizard."""
    context = {"active_model": "sale.order", "active_ids": [order]}
    wizard = "sale.advance.payment.inv"
    values = {"advance_payment_method": "delivered"}
    made = billing(wizard, "create", values, context=context)
    billing(wizard, "create_invoices", [made], context=context)
    [found] = billing("sale.order", "read", [order], ["invoice_ids"])
    [move] = found["invoice_ids"]
    return int(move)


def test_only_an_administrator_connects(connected: Shop, people: People) -> None:
    with pytest.raises(RpcError, match="AccessError"):
        connected.connect(people.billing)
