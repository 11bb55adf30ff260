"""`make screenshots`: the README's pictures, taken from the running product.

Runs in the virtual environment: `python -m dev.screenshots`.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from dev import customer_pictures, example_invoices
from dev.paths import CHECKOUT
from dev.processes import wait_until
from dev.progress import say, step
from dev.stack import Stack
from dev.story import PATIENCE as STORY_PATIENCE
from dev.story import Story

FOLDER = CHECKOUT / "static" / "description"
SIZE = ViewportSize(width=1280, height=800)
CHROMIUM = "/usr/bin/chromium"
"""Debian's own: playwright would download another."""

PATIENCE = 60_000
"""Milliseconds to wait for a page: the first one compiles Odoo's assets."""

SETTLING = 1_500
"""Milliseconds for the last effects; Odoo's bus keeps the network from being idle."""

_ALL_LOADED = """
() => document.fonts.status === "loaded"
    && [...document.images].every((image) => image.complete)
"""


def main() -> int:
    """Play the story up to the open invoice, and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Stack() as stack, sync_playwright() as playwright:
        story = Story(stack)
        with step("Selling something to be shown"):
            story.step("Connect", story.connect)
            story.step("Order", story.sell)
            story.step("Invoice", story.invoice)
            story.step("Finalized", story.finalized)
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en-US")
        page.set_default_timeout(PATIENCE)
        _log_in(page, stack)
        _settings(page, stack)
        _form(page, f"{stack.base_url}/odoo/action-sale.action_orders/{story.order}")
        # The switch is on the second page of the form.
        page.click("a[name=other_information]")
        _shoot(page, "order")
        action = "action-account.action_move_out_invoice_type"
        invoice = f"{stack.base_url}/odoo/{action}/{story.move}"
        _form(page, invoice)
        _shoot(page, "invoice")
        page.goto(story.hosted_url)
        _shoot(page, "hosted_page")
        _have_history(stack, story.move)
        _form(page, invoice)
        page.click("a[name=stripe]")
        page.locator(".o_notebook").evaluate("element => element.scrollIntoView(false)")
        _shoot(page, "lifecycle")
        _correct(page, stack, story, invoice)
        example_invoices.take(page, stack, story)
        stranger = browser.new_page(viewport=SIZE, color_scheme="light", locale="en-US")
        stranger.set_default_timeout(PATIENCE)
        customer_pictures.take(stranger, stack, story, _shoot)
        browser.close()
    return 0


def _have_history(stack: Stack, move: int) -> None:
    """Let a card be declined and the invoice be mailed; wait until Odoo shows both."""

    def shown(field: str) -> bool:
        [row] = stack.rpc("account.move", "read", [move], [field])
        return bool(row[field])

    [row] = stack.rpc("account.move", "read", [move], ["stripe_ref"])
    stack.simulator.control(f"invoices/{row['stripe_ref']}/pay", {"outcome": "decline"})
    wait_until(lambda: shown("stripe_payment_state"), "It is told", STORY_PATIENCE)
    stack.rpc("account.move", "action_stripe_send", [move])
    wait_until(lambda: shown("stripe_sent_at"), "It is mailed", STORY_PATIENCE)


def _correct(page: Page, stack: Stack, story: Story, invoice: str) -> None:
    """Let the customer move, and take the dialog that corrects the invoice."""
    [row] = stack.rpc("account.move", "read", [story.move], ["partner_id"])
    values = {"street": "24 Faubourg Street", "email": "billing@corner.example"}
    stack.rpc("res.partner", "write", [row["partner_id"][0]], values)
    # Outside of the European Union there is a choice.
    accounts = stack.rpc("stripe.account", "search", [])
    stack.rpc("stripe.account", "write", accounts, {"correction_policy": "choose"})
    _form(page, invoice)
    page.click("[name=stripe_drift] a")
    page.locator(".modal [name=changes] table").wait_for()
    page.fill(".modal [name=reason] input", "The customer has moved")
    _shoot(page, "correct")
    page.click(".modal-footer .btn-secondary")


def _log_in(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.base_url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")


def _settings(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.base_url}/odoo/action-account.action_account_config")
    block = page.locator(".o_setting_box:has([name=stripe_invoice])").first
    block.wait_for()
    block.evaluate("element => element.scrollIntoView({block: 'center'})")
    _shoot(page, "settings")


def _form(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".o_form_view .o_form_sheet")
    page.wait_for_selector(".o-mail-Chatter .o-mail-Message")


def _shoot(page: Page, name: str) -> None:
    """Save the window's picture once nothing loads any more."""
    page.mouse.move(0, 0)
    page.wait_for_function(_ALL_LOADED)
    page.wait_for_timeout(SETTLING)
    path = FOLDER / f"{name}.png"
    # A fresh file takes the old one's place only when it is complete.
    fresh = Path(f"{path}.new")
    fresh.write_bytes(page.screenshot(animations="disabled"))
    fresh.rename(path)
    say(f"  {path.relative_to(CHECKOUT)}")


if __name__ == "__main__":
    sys.exit(main())
