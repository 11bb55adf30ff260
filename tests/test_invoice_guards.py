from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestInvoiceGuards(StripeInvoiceCommon):
    """What Stripe finalized, Odoo protects; what it did not, Odoo takes back (I7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing = new_test_user(
            cls.env,
            "stripe_billing",
            groups="base.group_user,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def numbers_at_stripe(self):
        invoices = self.simulator.control("objects/invoice")["data"]
        return [invoice["number"] for invoice in invoices]

    # === BEFORE STRIPE HAS FINALIZED === #

    def test_reset_takes_the_draft_back_and_posting_sends_the_same_number(self):
        move = self.make_draft_at_stripe()
        name, ref = move.name, move.stripe_ref
        move.with_user(self.billing).button_draft()
        self.assertEqual(move.state, "draft")
        self.settle()
        self.assertEqual(move.stripe_status, "deleted")
        self.assertFalse(self.numbers_at_stripe())
        move.with_user(self.billing).action_post()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.stripe_number, name)
        self.assertNotEqual(move.stripe_ref, ref)
        self.assertEqual(self.numbers_at_stripe(), [name])

    def test_reset_before_anything_was_sent_sends_nothing(self):
        move = self.make_invoice()
        move.button_draft()
        self.settle()
        self.assertFalse(self.simulator.sent())
        self.assertFalse(move.stripe_status)
        self.assertFalse(move.stripe_pending)
        move.action_post()
        self.settle()
        self.assertEqual(move.stripe_status, "open")

    def test_invoice_changed_in_between_is_never_sent_as_it_was(self):
        makers = {
            "draft at Stripe": self.make_draft_at_stripe,
            "answer lost": self.make_lost_draft,
            "nothing at Stripe": self.make_invoice,
        }
        for case, make in makers.items():
            with self.subTest(case):
                move = make(price=100.0)
                move.button_draft()
                move.invoice_line_ids.price_unit = 200.0
                move.invoice_line_ids.name = "Something else"
                move.action_post()
                self.settle()
                remote = self.remote(move)
                self.assertEqual(remote["status"], "open")
                self.assertEqual(remote["total"], round(move.amount_total * 100))
                line = remote["lines"]["data"][0]
                self.assertEqual(line["description"], "Something else")
                self.assertEqual(self.numbers_at_stripe().count(move.name), 1)

    def test_invoice_in_another_currency_since_is_read_in_that_one(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        move = self.make_draft_at_stripe()
        move.button_draft()
        move.currency_id = yen
        move.invoice_line_ids.price_unit = 20000
        move.action_post()
        self.settle()
        document = move.sudo().stripe_document_id
        self.assertEqual(move.stripe_status, "open", document.error)
        self.assertEqual(document.currency_id, yen)
        self.assertEqual(document.amount_total, move.amount_total)
        self.assertFalse([key for key in move._get_alerts() if "stripe" in key])

    def make_lost_draft(self, **values):
        """Return an invoice whose draft is at Stripe without anybody knowing."""
        self.simulator.fault(kind="drop_after", path="/v1/invoices$", times=1)
        move = self.make_invoice(**values)
        self.run_worker()
        self.assertFalse(move.stripe_ref)
        return move

    def test_cancelling_takes_the_draft_back(self):
        move = self.make_draft_at_stripe()
        move.button_cancel()
        self.settle()
        self.assertEqual(move.state, "cancel")
        self.assertFalse(self.numbers_at_stripe())

    def test_deleting_takes_the_draft_back(self):
        move = self.make_draft_at_stripe()
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.settle()
        self.assertFalse(self.numbers_at_stripe())

    def test_switching_off_takes_the_draft_back(self):
        move = self.make_draft_at_stripe()
        move.stripe_invoice = False
        self.settle()
        self.assertEqual(move.stripe_status, "deleted")
        self.assertEqual(move.state, "posted")
        self.assertFalse(self.numbers_at_stripe())

    def test_switched_off_before_posting_sends_nothing(self):
        move = self.make_invoice(post=False)
        move.stripe_invoice = False
        move.action_post()
        self.settle()
        self.assertFalse(move.stripe_document_id)
        self.assertFalse(self.simulator.sent())
        # Later somebody wants it after all: one button is enough.
        self.assertTrue(move.stripe_can_push)
        move.action_stripe_push()
        self.assertTrue(move.stripe_invoice)
        self.settle()
        self.assertEqual(move.stripe_status, "open")

    # === AFTER STRIPE HAS FINALIZED === #

    def ways_back(self, move):
        """Return everything that would take the invoice away from its customer."""
        return {
            "reset": move.button_draft,
            "cancel": move.button_cancel,
            "delete": lambda: move.with_context(force_delete=True).unlink(),
            "switch off": lambda: move.write({"stripe_invoice": False}),
            "write draft": lambda: move.write({"state": "draft"}),
            "write cancel": lambda: move.write({"state": "cancel"}),
        }

    def assert_stays(self, move, sentence):
        for user in (self.billing, self.env.user, self.env.ref("base.user_root")):
            for way, go in self.ways_back(move.with_user(user)).items():
                with self.subTest(user=user.login, way=way):
                    with self.assertRaises(UserError) as caught:
                        go()
                    if way not in ("delete",):
                        self.assertIn(sentence, str(caught.exception))
                    self.assertEqual(move.state, "posted")
                    self.assertTrue(move.stripe_invoice)

    def test_open_invoice_stays(self):
        move = self.make_open_invoice()
        self.assertFalse(move.show_reset_to_draft_button)
        self.assertTrue(move.need_cancel_request)
        self.assert_stays(move, "Request its cancellation")
        self.settle()
        self.assertEqual(self.remote(move)["status"], "open")

    def test_uncollectible_invoice_stays_because_it_can_still_be_paid(self):
        move = self.make_open_invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/mark_uncollectible", {})
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "uncollectible")
        self.assert_stays(move, "Request its cancellation")

    def test_paid_invoice_stays(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assertFalse(move.show_reset_to_draft_button)
        self.assertFalse(move.need_cancel_request)
        self.assert_stays(move, "credit note")

    def test_one_open_invoice_among_many_stops_the_whole_reset(self):
        moves = self.make_open_invoice() + self.make_draft_at_stripe()
        with self.assertRaises(UserError):
            moves.button_draft()
        self.assertEqual(set(moves.mapped("state")), {"posted"})

    def test_invoice_whose_finalization_nobody_knows_about_stays(self):
        self.simulator.fault(kind="drop_after", path="/finalize$", times=1)
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        self.assert_stays(move, "being finalized")
        self.settle()
        self.assertEqual(move.stripe_status, "open")

    def test_copy_of_an_open_invoice_is_free(self):
        copy = self.make_open_invoice().copy()
        self.assertTrue(copy.stripe_invoice)
        self.assertFalse(
            copy.stripe_document_id or copy.stripe_status or copy.stripe_ref
        )
        copy.button_cancel()
        copy.button_draft()
        copy.unlink()

    # === REQUESTING THE CANCELLATION === #

    def test_requested_cancellation_voids_at_stripe_and_cancels_then(self):
        move = self.make_open_invoice()
        move.with_user(self.billing).button_request_cancel()
        self.assertEqual(move.state, "posted", "Cancelled before it was void")
        self.settle()
        self.assertEqual(self.remote(move)["status"], "void")
        self.assertEqual(move.stripe_status, "void")
        self.assertEqual(move.state, "cancel")

    def test_uncollectible_invoice_can_be_cancelled_too(self):
        move = self.make_open_invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/mark_uncollectible", {})
        self.receive_all()
        self.settle()
        move.button_request_cancel()
        self.settle()
        self.assertEqual(self.remote(move)["status"], "void")
        self.assertEqual(move.state, "cancel")

    def test_cancellation_comes_too_late_when_it_was_paid_meanwhile(self):
        move = self.make_open_invoice()
        self.pay(move)
        move.button_request_cancel()
        self.settle()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(len(self.stripe_payments(move)), 1)
        message = move._get_alerts()["stripe_refused"]["message"]
        self.assertIn("paid invoice stays paid", message)
        self.assertIn("credit note", message)

    def test_voided_in_the_dashboard_can_be_cancelled_but_not_be_sent_again(self):
        move = self.make_open_invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        move.button_draft()
        move.action_post()
        self.settle()
        self.assertIn("Duplicate", move._get_alerts()["stripe_refused"]["message"])
        move.button_draft()
        move.button_cancel()
        self.settle()
        self.assertEqual(move.state, "cancel")
        self.assertEqual(self.numbers_at_stripe(), [move.name])

    def test_voided_invoice_of_a_hashed_journal_is_reversed(self):
        self.company_data["default_journal_sale"].restrict_mode_hash_table = True
        move = self.make_open_invoice()
        self.assertTrue(move.inalterable_hash)
        self.assertTrue(move.need_cancel_request)
        move.button_request_cancel()
        self.settle()
        self.assertEqual(move.stripe_status, "void")
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.payment_state, "reversed")
        reversal = move.reversal_move_ids
        self.assertEqual(reversal.state, "posted")
        self.assertFalse(reversal.stripe_invoice)
        self.assertFalse(reversal.stripe_document_id)
        self.assertEqual(len(self.numbers_at_stripe()), 1)
