from pathlib import Path

from odoo.tests import tagged

from ..checkout import Progress
from .common import StripeInvoiceCommon

SCRIPT = Path(__file__).parents[1] / "data" / "neutralize.sql"
# What it has to do is booked in Odoo alone, so nobody is called.
LOCAL = {"stripe.balance.transaction"}
CALL = {"name": "create", "params": {}, "key": "odoo-1", "at": 1}


@tagged("post_install", "-at_install")
class TestNeutralize(StripeInvoiceCommon):
    """A neutralized copy has nothing waiting that the original still has to do."""

    def setUp(self):
        super().setUp()
        self.move = self.make_open_invoice()
        self.document = self.move.sudo().stripe_document_id
        self.make_waiting()
        self.env.flush_all()

    def make_waiting(self):
        """Let a row of each queue wait for the worker, in every way it can."""
        base = {"account_id": self.account.id, "company_id": self.company.id}
        calling = {"pending": True, "pending_call": CALL}
        of_invoice = {**base, **calling, "document_id": self.document.id}
        self.document.write(
            {
                **calling,
                "send_wanted": True,
                "refresh_wanted": True,
                "credit_notes_wanted": True,
                "charge_at": "2026-11-02 10:00:00",
                "finalize_at": "2026-11-02 10:00:00",
            }
        )
        self.document._customer().write({**calling, "setup_wanted": True})
        self.env["stripe.credit.note"].sudo().create(of_invoice)
        self.env["stripe.refund"].sudo().create(of_invoice)
        self.env["stripe.checkout.session"].sudo().create(
            {
                **base,
                **calling,
                "wanted": True,
                "status": Progress.OPEN.value,
                "url": "https://checkout.stripe.com/c/pay/cs_1",
            }
        )
        self.env["stripe.correction"].sudo().create(
            {
                "account_id": self.account.id,
                "move_id": self.move.id,
                "way": "duplicate",
                "reason": "Wrong address",
                "user_id": self.env.uid,
                "partner_id": self.partner_a.id,
                **calling,
            }
        )
        self.receive_all()
        events = self.env["stripe.event"].sudo().search([])
        events[:1].write({"state": "failed"})

    def queues(self):
        """Return each model whose rows wait for the worker and may call Stripe."""
        mixin = self.env.registry["stripe.queue.mixin"]
        names = {
            name
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract
        }
        self.assertLess(LOCAL, names)
        return [self.env[name].sudo() for name in sorted(names - LOCAL)]

    def waiting(self):
        """Return how many rows of each queue wait."""
        self.env.invalidate_all()
        return {
            rows._name: rows.search_count(rows._waiting_domain())
            for rows in self.queues()
        }

    def test_nothing_of_any_queue_waits(self):
        before = self.waiting()
        self.assertTrue(all(before.values()), before)
        self.env.cr.execute(SCRIPT.read_text())
        after = self.waiting()
        self.assertFalse(any(after.values()), after)

    def test_no_request_of_the_original_is_repeated(self):
        self.env.cr.execute(SCRIPT.read_text())
        self.env.invalidate_all()
        for rows in self.queues():
            if "pending_call" in rows._fields:
                with self.subTest(rows._name):
                    unsure = [("pending_call", "!=", False)]
                    self.assertFalse(rows.search_count(unsure))

    def test_nobody_is_led_to_the_payment_pages_of_the_original(self):
        self.env.cr.execute(SCRIPT.read_text())
        self.env.invalidate_all()
        pages = self.env["stripe.checkout.session"].sudo().search([])
        self.assertFalse(any(pages.mapped("url")))
        self.assertFalse(any(pages.mapped("wanted")))

    def test_the_invoice_no_longer_says_that_it_waits(self):
        self.assertTrue(self.move.stripe_pending)
        self.env.cr.execute(SCRIPT.read_text())
        self.env.invalidate_all()
        self.assertFalse(self.move.stripe_pending)
