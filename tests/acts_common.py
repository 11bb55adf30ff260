from .common import StripeInvoiceCommon

GOOD, DECLINED, AUTHENTICATED = (
    "4242424242424242",
    "4000000000000002",
    "4000002760003184",
)


class StripeActsCommon(StripeInvoiceCommon):
    """What is looked at on both sides."""

    def store_card(self, move, number=GOOD):
        """Let the customer leave a card to charge."""
        customer = self.remote(move)["customer"]
        self.simulator.control(f"customers/{customer}/card", {"number": number})
        self.consent(move.sudo().stripe_document_id._customer())

    def charges(self, move):
        """Return the charges at Stripe that took money."""
        rows = self.simulator.control("objects/charge")["data"]
        customer = self.remote(move)["customer"]
        return [row for row in rows if row["paid"] and row["customer"] == customer]

    def events(self, move, kind):
        """Return what Stripe tells of the invoice."""
        return [
            event
            for event in self.simulator.events()
            if event["type"] == kind
            and event["data"]["object"]["id"] == move.stripe_ref
        ]

    def messages(self, move, text):
        """Return the messages on the invoice that hold ``text``."""
        return move.message_ids.filtered(lambda message: text in (message.body or ""))
