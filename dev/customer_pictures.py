"""What the customer sees: an order to be paid, Stripe's page, Stripe's portal."""

from collections.abc import Callable

from playwright.sync_api import Page

from dev.processes import wait_until
from dev.stack import Stack
from dev.story import PATIENCE, Story

CARDS = ("4242 4242 4242 4242", "5555 5555 5555 4444")

Shoot = Callable[[Page, str], None]


def take(page: Page, stack: Stack, story: Story, shoot: Shoot) -> None:
    """Send the payment link of a quotation, and follow the customer.

    :param page: of nobody who is logged in at Odoo
    :param shoot: saves the picture of a page under a name
    """
    order = _quotation(stack, story)
    page.goto(f"{stack.base_url}{_portal_path(stack, order)}")
    page.wait_for_selector("a[name=stripe_pay_order]")
    shoot(page, "order_portal")
    page.click("a[name=stripe_pay_order]")
    page.wait_for_selector("#payment-form")
    shoot(page, "checkout")
    page.click("#pay")
    page.wait_for_selector("[name=stripe_order_page]")
    wait_until(lambda: _is_confirmed(stack, order), "It is confirmed", PATIENCE)
    page.goto(f"{stack.base_url}{_portal_path(stack, order)}")
    page.wait_for_selector("[name=stripe_order_state]")
    shoot(page, "order_paid")
    page.goto(_customer_portal(stack, order))
    shoot(page, "customer_portal")


def _quotation(stack: Stack, story: Story) -> int:
    """Return a quotation whose payment page is open."""
    rpc = stack.rpc
    [sold] = rpc("sale.order", "read", [story.order], ["company_id"])
    company = [sold["company_id"][0]]
    rpc("res.company", "write", company, {"stripe_invoice_checkout": True})
    [order] = rpc("sale.order", "copy", [story.order])
    rpc("sale.order", "write", [order], {"require_signature": False})
    rpc("sale.order", "action_stripe_payment_link", [order])
    rpc("sale.order", "action_quotation_sent", [order])
    wait_until(lambda: _state(stack, order) == "open", "A page is open", PATIENCE)
    return int(order)


def _state(stack: Stack, order: int) -> str:
    [row] = stack.rpc("sale.order", "read", [order], ["stripe_checkout_state"])
    return str(row["stripe_checkout_state"])


def _is_confirmed(stack: Stack, order: int) -> bool:
    [row] = stack.rpc("sale.order", "read", [order], ["state"])
    return bool(row["state"] == "sale")


def _portal_path(stack: Stack, order: int) -> str:
    fields = ["access_url", "access_token"]
    [row] = stack.rpc("sale.order", "read", [order], fields)
    return f"{row['access_url']}?access_token={row['access_token']}"


def _customer_portal(stack: Stack, order: int) -> str:
    """Return the address of the customer's page at Stripe, with two cards on it."""
    fields = ["stripe_id"]
    domain = [["order_id", "=", order]]
    [row] = stack.rpc("stripe.checkout.session", "search_read", domain, fields)
    simulator = stack.simulator
    customer = simulator.api(f"checkout/sessions/{row['stripe_id']}")["customer"]
    for number in CARDS:
        simulator.control(f"customers/{customer}/card", {"number": number})
    wish = {
        "account": simulator.api("account")["id"],
        "method": "POST",
        "path": "/v1/billing_portal/sessions",
        "params": {"customer": customer, "return_url": stack.base_url + "/my"},
    }
    return str(simulator.control("dashboard", wish)["url"])
