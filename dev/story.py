"""The main job, played as a user: from the sale order to the paid, reconciled invoice.

Everything goes through Odoo's public RPC, the hosted page's form and Stripe's API.
"""

import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dev import figures
from dev.html_form import read_form
from dev.stack import Stack
from dev.stripe_side import TEST_KEY

PATIENCE = 60
"""Seconds that a step may take until Odoo shows its result."""

CUSTOMER = "Wood Corner"
LINES = (
    ("FURN_0789", 2, "20% G"),
    ("FURN_8900", 3, "5.5% G"),
    ("FURN_9999", 1, "20% S"),
)
"""Demo products that are invoiced as ordered, quantities, French taxes."""

MOVE_FIELDS = (
    "name",
    "state",
    "payment_state",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "amount_residual",
    "stripe_status",
    "stripe_ref",
    "stripe_number",
    "stripe_hosted_invoice_url",
)


class StoryError(Exception):
    """A step of the story did not end as it should."""


@dataclass(frozen=True)
class Step:
    """One step as it was seen: on either side, and how long it took in seconds."""

    title: str
    odoo: str
    stripe: str
    seconds: float


class Story:
    """Plays the steps on a stack and keeps what was seen."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.rpc = stack.rpc
        self.steps: list[Step] = []
        self.order = 0
        self.move = 0
        self.hosted_url = ""

    def step(self, title: str, action: Callable[[], tuple[str, str]]) -> None:
        """Play one step; raise StoryError with its title when it fails."""
        start = time.monotonic()
        try:
            odoo, stripe = action()
        except Exception as error:
            raise StoryError(f"{title}: {error}") from error
        self.steps.append(Step(title, odoo, stripe, time.monotonic() - start))

    def play(self) -> None:
        """Play the whole story."""
        self.step("Connect Odoo to Stripe in the settings", self.connect)
        self.step("Confirm a sale order with the Stripe switch", self.sell)
        self.step("Invoice it and confirm the invoice", self.invoice)
        self.step("Odoo makes and finalizes the Stripe invoice", self.finalized)
        self.step("Both invoices say the same", self.compare)
        self.step("The customer pays on the hosted page", self.pay)
        self.step("The webhook arrives: paid and reconciled", self.paid)
        self.step("A second invoice stays unpaid", self.leave_one_unpaid)

    def connect(self) -> tuple[str, str]:
        """Switch Stripe invoices on, paste the key and press Connect."""
        values = {"stripe_invoice": True, "stripe_secret_key": TEST_KEY}
        settings = self.rpc("res.config.settings", "create", values)
        self.rpc("res.config.settings", "action_stripe_connect", [settings])
        [account] = self.rpc(
            "stripe.account",
            "search_read",
            [["company_id", "=", self.stack.company_id]],
            ["name", "livemode", "journal_id"],
        )
        [endpoint] = self.stack.simulator.api("webhook_endpoints")["data"]
        mode = "live" if account["livemode"] else "TEST"
        return (
            f"{account['name']} ({mode}), journal {account['journal_id'][1]}",
            f"endpoint for {len(endpoint['enabled_events'])} events",
        )

    def sell(self) -> tuple[str, str]:
        """Make and confirm a sale order as a salesman would."""
        partner = self._find("res.partner", [["name", "=", CUSTOMER]])
        # The demo customer lives abroad, but buys in the shop: French VAT is due.
        position = self._find(
            "account.fiscal.position", [["country_id.code", "=", "FR"]]
        )
        lines = [
            {
                "product_id": self._find(
                    "product.product", [["default_code", "=", code]]
                ),
                "product_uom_qty": quantity,
                "tax_ids": [(6, 0, [self._tax(tax)])],
            }
            for code, quantity, tax in LINES
        ]
        values = {
            "partner_id": partner,
            "company_id": self.stack.company_id,
            "fiscal_position_id": position,
            "stripe_invoice": True,
            "order_line": [(0, 0, line) for line in lines],
        }
        self.order = self.rpc("sale.order", "create", values)
        self.rpc("sale.order", "action_confirm", [self.order])
        fields = ["name", "state", "amount_total"]
        [order] = self.rpc("sale.order", "read", [self.order], fields)
        return (
            f"{order['name']}: {order['state']}, {order['amount_total']:.2f} €",
            "nothing yet",
        )

    def invoice(self) -> tuple[str, str]:
        """Invoice the order with the wizard, and confirm the invoice."""
        context = {"active_model": "sale.order", "active_ids": [self.order]}
        wizard = self.rpc(
            "sale.advance.payment.inv",
            "create",
            {"advance_payment_method": "delivered"},
            context=context,
        )
        self.rpc(
            "sale.advance.payment.inv", "create_invoices", [wizard], context=context
        )
        [order] = self.rpc("sale.order", "read", [self.order], ["invoice_ids"])
        [self.move] = order["invoice_ids"]
        self.rpc("account.move", "action_post", [self.move])
        move = self._move()
        return (
            f"{move['name']}: {move['state']}, {move['payment_state']}",
            "called after the commit",
        )

    def finalized(self) -> tuple[str, str]:
        """Wait until Odoo shows that Stripe finalized the invoice."""
        move = self._await("stripe_status", "open")
        self.hosted_url = move["stripe_hosted_invoice_url"]
        remote = self._remote(move)
        return (
            f"Stripe status {move['stripe_status']}, {move['stripe_ref']}",
            f"{remote['number']}: {remote['status']}, TEST",
        )

    def compare(self) -> tuple[str, str]:
        """Compare number, lines, taxes and total of both invoices."""
        move = self._move()
        remote = self._remote(move)
        ours = figures.of_odoo(self.rpc, move)
        theirs = figures.of_stripe(self.stack.simulator, remote)
        if ours != theirs:
            raise StoryError(f"Odoo has {ours}, Stripe has {theirs}")
        return figures.shown(ours), figures.shown(theirs)

    def pay(self) -> tuple[str, str]:
        """Open the hosted page and send its form, as a browser does."""
        url = self.hosted_url
        with urllib.request.urlopen(url, timeout=30) as answer:
            page = answer.read().decode()
        action, fields = read_form(page, "payment-form")
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(
            urllib.parse.urljoin(url, action), data=body, timeout=30
        ) as answer:
            answer.read()
        remote = self._remote(self._move())
        if remote["status"] != "paid":
            raise StoryError(f"Stripe's invoice is {remote['status']}, not paid")
        return (
            "knows nothing yet",
            f"{remote['status']}, {remote['amount_paid'] / 100:.2f} € by card",
        )

    def paid(self) -> tuple[str, str]:
        """Wait until the signed event has paid and reconciled Odoo's invoice."""
        move = self._await("stripe_status", "paid")
        move = self._await("payment_state", "paid", "in_payment")
        payments = self.rpc(
            "account.payment",
            "search_read",
            [["reconciled_invoice_ids", "in", [self.move]]],
            ["name", "stripe_ref", "amount", "date"],
        )
        if len(payments) != 1:
            raise StoryError(f"there are {len(payments)} payments instead of one")
        [payment] = payments
        delivered = self.stack.simulator.control("deliveries?state=succeeded")["data"]
        return (
            f"{move['payment_state']}, open amount {move['amount_residual']:.2f} €; "
            f"payment {payment['name']} of {payment['amount']:.2f} €",
            f"{payment['stripe_ref']}; {len(delivered)} signed events delivered",
        )

    def leave_one_unpaid(self) -> tuple[str, str]:
        """Sell once more; the invoice waits for somebody to pay it by hand."""
        self.sell()
        self.invoice()
        self.finalized()
        move = self._move()
        return (
            f"{move['name']}: {move['payment_state']}",
            f"{move['stripe_status']}, the hosted page waits",
        )

    def _move(self) -> dict[str, Any]:
        moves = self.rpc("account.move", "read", [self.move], list(MOVE_FIELDS))
        move: dict[str, Any] = moves[0]
        return move

    def _await(self, field: str, *wanted: str) -> dict[str, Any]:
        """Return the invoice once `field` has one of the values `wanted`."""
        deadline = time.monotonic() + PATIENCE
        while (move := self._move())[field] not in wanted:
            if time.monotonic() > deadline:
                raise StoryError(
                    f"{move['name']} has {field} {move[field]!r} instead of "
                    f"{' or '.join(wanted)} after {PATIENCE} s. {self._why()}"
                )
            time.sleep(0.2)
        return move

    def _why(self) -> str:
        """Return what the addon says about the invoice's trouble."""
        documents = self.rpc(
            "stripe.document", "search_read", [["move_id", "=", self.move]], []
        )
        return " ".join(str(document.get("error") or "") for document in documents)

    def _remote(self, move: dict[str, Any]) -> dict[str, Any]:
        reference = move["stripe_ref"]
        found: dict[str, Any] = self.stack.simulator.api(f"invoices/{reference}")
        return found

    def _find(self, model: str, domain: list[Any]) -> int:
        company = ["company_id", "in", [False, self.stack.company_id]]
        found = self.rpc(model, "search", [*domain, company], limit=1)
        if not found:
            raise StoryError(f"the demo data have no {model} with {domain}")
        return int(found[0])

    def _tax(self, name: str) -> int:
        """Return the sales tax `name`; switch it on if the chart has it off."""
        inactive_too = ["active", "in", [True, False]]
        domain = [["name", "=", name], ["type_tax_use", "=", "sale"], inactive_too]
        tax = self._find("account.tax", domain)
        self.rpc("account.tax", "write", [tax], {"active": True})
        return tax
