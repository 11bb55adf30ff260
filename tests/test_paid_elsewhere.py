from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..lifecycle import Target
from .acts_common import StripeActsCommon


@tagged("post_install", "-at_install")
class TestPaidElsewhere(StripeActsCommon):
    """What Odoo receives by other means closes the Stripe invoice (invariant I8)."""

    def payments_at_stripe(self, move):
        """Return the ways in which Stripe counts the invoice as paid."""
        rows = self.simulator.api("invoice_payments", invoice=move.stripe_ref)
        return [row for row in rows["data"] if row["status"] == "paid"]

    def told_out_of_band(self, move):
        """Return the requests that told Stripe that it was paid elsewhere."""
        return self.simulator.sent("POST", f"{move.stripe_ref}/pay")

    def assert_closed(self, move, told=1):
        """Assert that both sides agree that it is paid, and nothing was booked."""
        document = move.sudo().stripe_document_id
        self.assertEqual(move.stripe_status, "paid", document.error)
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertEqual(self.remote(move)["status"], "paid")
        self.assertEqual(self.remote(move)["amount_remaining"], 0)
        self.assertEqual(len(self.told_out_of_band(move)), told)
        self.assertFalse(self.stripe_payments(move), "Its own echo was booked")
        self.assertTrue(move.currency_id.is_zero(move.amount_residual))
        self.assertFalse(move.activity_ids)
        self.assertFalse(
            [name for name in move._get_alerts() if name.startswith("stripe")]
        )

    def ways_to_pay(self):
        """Return the ways in which Odoo settles an invoice, by name."""
        return {
            "bank": self.register,
            "cash": lambda move: self.register(move, journal="default_journal_cash"),
            "write-off of the last cents": self.pay_but_the_last_cents,
            "set-off": self.set_off,
            "another payment, matched by hand": self.match_payment,
            "two payments": self.pay_in_two,
        }

    def pay_but_the_last_cents(self, move):
        self.register(
            move,
            move.amount_total - 0.02,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )

    def set_off(self, move):
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": move.partner_id.id,
                "invoice_date": move.invoice_date,
                "invoice_line_ids": [
                    Command.create({"price_unit": move.amount_total, "tax_ids": False})
                ],
            }
        )
        refund.action_post()
        self.match(move, refund)

    def match_payment(self, move):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": move.partner_id.id,
                "amount": move.amount_total,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.match(move, payment.move_id)

    def pay_in_two(self, move):
        self.register(move, 40.0)
        self.register(move)

    def match(self, move, other):
        """Reconcile the receivable lines of two entries."""
        lines = (move + other).line_ids
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()

    def test_whatever_pays_it_in_odoo_closes_it_at_stripe_and_books_nothing(self):
        for records in (False, True):
            self.setting(out_of_band_records=records)
            for name, pay in self.ways_to_pay().items():
                with self.subTest(name, records=records):
                    move = self.make_open_invoice()
                    pay(move)
                    self.assertTrue(move.stripe_pending)
                    self.settle_with_events()
                    self.assert_closed(move)

    def test_paid_in_odoo_before_stripe_has_it_is_paid_at_stripe_in_the_end(self):
        move = self.make_invoice()
        self.register(move)
        self.settle_with_events()
        self.assert_closed(move)

    def test_answer_lost_when_it_was_told_that_it_is_paid_is_no_second_request(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind):
                move = self.make_open_invoice()
                self.simulator.fault(kind=kind, path="/pay$", times=1)
                self.register(move)
                self.settle_with_events()
                self.simulator.control("faults/clear", {})
                self.assert_closed(move, told=2 if kind == "drop_before" else 1)

    # === A PART === #

    def test_part_paid_in_odoo_counts_at_stripe_once(self):
        faults = {
            "none": None,
            "report lost": {"kind": "drop_before", "path": "report_payment$"},
            "report answered in vain": {"kind": "drop_after", "path": "report_payment"},
            "attachment lost": {"kind": "drop_before", "path": "attach_payment$"},
            "attachment answered in vain": {
                "kind": "drop_after",
                "path": "attach_payment$",
            },
            "report fails after the effect": {
                "kind": "status",
                "status": 500,
                "after": True,
                "path": "attach_payment$",
            },
        }
        for name, rule in faults.items():
            with self.subTest(name):
                move = self.make_open_invoice()
                if rule:
                    self.simulator.fault(times=1, **rule)
                self.register(move, 40.0)
                self.settle_with_events()
                self.simulator.control("faults/clear", {})
                self.assert_part(move, 4000)
                # The rest closes it.
                self.register(move)
                self.settle_with_events()
                self.assert_closed(move)

    def assert_part(self, move, minor):
        """Assert that Stripe asks for all but a part, and shows no difference."""
        remote = self.remote(move)
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(remote["amount_paid"], minor)
        self.assertEqual(remote["amount_remaining"], remote["total"] - minor)
        attached = self.payments_at_stripe(move)
        self.assertEqual([row["amount_paid"] for row in attached], [minor])
        self.assertFalse(self.stripe_payments(move), "Its own echo was booked")
        remaining = remote["amount_remaining"] / 100
        self.assertEqual(move.stripe_amount_remaining, remaining)
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertNotIn("stripe_difference", move._get_alerts())

    def test_two_parts_are_reported_as_two(self):
        move = self.make_open_invoice()
        for amount in (40.0, 15.5):
            self.register(move, amount)
            self.settle_with_events()
        self.assertEqual(self.remote(move)["amount_paid"], 5550)
        amounts = sorted(row["amount_paid"] for row in self.payments_at_stripe(move))
        self.assertEqual(amounts, [1550, 4000])

    def test_report_whose_outcome_is_unknown_is_found_and_not_made_twice(self):
        move = self.make_open_invoice()
        path = "report_payment$"
        self.simulator.fault(kind="status", status=500, after=True, path=path, times=1)
        self.register(move, 40.0)
        self.settle_with_events()
        records = self.simulator.control("objects/payment_record")["data"]
        self.assertEqual(len(records), 1)
        self.assert_part(move, 4000)

    def test_without_payment_records_the_difference_is_shown_and_later_closed(self):
        for status in (False, 403, 404, 400):
            with self.subTest(status=status):
                self.setting(payment_records=status)
                self.account.can_report_payments = True
                move = self.make_open_invoice()
                self.register(move, 40.0)
                self.settle_with_events()
                self.assertFalse(self.account.can_report_payments)
                self.assertFalse(self.account.error, "The whole account was held back")
                self.assertFalse(move.stripe_pending or move.stripe_to_fix)
                self.assertEqual(self.remote(move)["amount_paid"], 0)
                alert = move._get_alerts()["stripe_difference"]
                self.assertIn("40.00", alert["message"])
                self.assertIn("0.00", alert["message"])
                self.register(move)
                self.settle_with_events()
                self.assert_closed(move)

    def test_difference_holds_the_collection(self):
        self.setting(payment_records=False)
        move = self.make_open_invoice()
        self.store_card(move)
        self.register(move, 40.0)
        self.settle()
        for act in (move.action_stripe_charge, move.action_stripe_send):
            with self.assertRaisesRegex(UserError, "neither charges nor mails"):
                act()
        # Also when it was wanted before that was known.
        move.sudo().stripe_document_id._want(Target.CHARGED)
        self.settle_with_events()
        self.assertEqual(self.remote(move)["amount_paid"], 0, "Charged too much")
        self.assertFalse(self.told_out_of_band(move), "It was charged")
        self.assertIn(
            "neither charges", move._get_alerts()["stripe_refused"]["message"]
        )
        self.assertEqual(len(move.activity_ids), 1)

    def test_part_is_reported_before_the_rest_is_charged(self):
        move = self.make_open_invoice()
        self.store_card(move)
        self.register(move, 40.0)
        move.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "paid")
        payment = self.stripe_payments(move)
        self.assertEqual(payment.amount, move.amount_total - 40.0)
        self.assertEqual(move.payment_state, "paid")

    # === TAKEN BACK === #

    def take_back(self, payment):
        """Cancel a payment in Odoo."""
        payment.action_draft()
        payment.action_cancel()

    def test_payment_taken_back_is_asked_about_and_does_not_go_in_circles(self):
        move = self.make_open_invoice()
        payment = self.register(move)
        self.settle_with_events()
        self.take_back(payment)
        self.simulator.control("requests/clear", {})
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "paid")
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertFalse(self.simulator.sent("POST"), "Stripe was told something")
        self.assertEqual(len(move.activity_ids), 1)
        self.assertIn("credit note", move.activity_ids.note)
        self.assertIn("stripe_paid", move._get_alerts())
        # Paid again: nothing is left to ask.
        self.register(move)
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "paid")
        self.assertFalse(move.activity_ids)

    def test_part_taken_back_after_it_was_reported_is_asked_about(self):
        move = self.make_open_invoice()
        payment = self.register(move, 40.0)
        self.settle_with_events()
        self.take_back(payment)
        self.settle_with_events()
        self.assertEqual(self.remote(move)["amount_paid"], 4000)
        self.assertEqual(len(move.activity_ids), 1)
        alert = move._get_alerts()["stripe_difference"]
        self.assertIn("40.00", alert["message"])
        # Paid again, the part is known already.
        self.register(move, 40.0)
        self.settle_with_events()
        self.assert_part(move, 4000)

    # === BOTH === #

    def test_part_at_stripe_and_the_rest_by_bank(self):
        for order in ("told in time", "told late"):
            with self.subTest(order):
                move = self.make_open_invoice()
                self.pay(move, amount=5000)
                if order == "told in time":
                    self.receive_all()
                    self.run_worker()
                    self.assertEqual(move.amount_residual, move.amount_total - 50)
                self.register(move, move.amount_total - 50)
                self.settle_with_events()
                self.assertEqual(move.stripe_status, "paid")
                self.assertEqual(move.payment_state, "paid")
                self.assertEqual(self.stripe_payments(move).mapped("amount"), [50.0])
                self.assertEqual(self.remote(move)["amount_remaining"], 0)

    def test_both_at_the_same_moment_are_both_booked_and_told(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.register(move)
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "paid")
        self.assertFalse(move.stripe_to_fix or move.stripe_pending)
        payment = self.stripe_payments(move)
        self.assertEqual(payment.mapped("amount"), [move.amount_total])
        self.assertFalse(payment.is_reconciled)
        self.assertEqual(len(move.activity_ids), 1, "Nobody is told: it was paid twice")

    def test_part_by_bank_and_all_at_stripe_at_the_same_moment(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.register(move, 40.0)
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "paid")
        self.assertFalse(move.stripe_to_fix or move.stripe_pending)
        self.assertEqual(move.payment_state, "paid")
        payment = self.stripe_payments(move)
        self.assertEqual(payment.mapped("amount"), [move.amount_total])
        self.assertEqual(len(move.activity_ids), 1, "Nobody is told: 40 too much")

    def test_bank_that_pays_more_than_stripe_asks_for_still_closes_it(self):
        move = self.make_open_invoice()
        self.pay(move, amount=5000)
        self.register(move, 80.0)
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(self.remote(move)["amount_remaining"], 0)
        self.assertFalse(move.stripe_to_fix or move.stripe_pending)
        self.assertEqual(self.stripe_payments(move).mapped("amount"), [50.0])

    def test_paid_by_bank_while_a_debit_is_under_way_that_arrives(self):
        move = self.pay_by_bank_while_debited("DE89370400440532013000")
        self.assertEqual(self.stripe_payments(move).mapped("amount"), [115.0])
        self.assertFalse(self.told_out_of_band(move))
        self.assertEqual(len(move.activity_ids), 1, "Nobody is told: it was paid twice")

    def test_paid_by_bank_while_a_debit_is_under_way_that_is_returned(self):
        move = self.pay_by_bank_while_debited("DE62370400440532013001")
        self.assertFalse(self.stripe_payments(move))
        self.assertEqual(len(self.told_out_of_band(move)), 1)

    def pay_by_bank_while_debited(self, number):
        """Pay an invoice by bank while a debit of ``number`` is under way."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        move = self.make_open_invoice(currency_id=euro.id)
        self.pay(move, method="sepa_debit", outcome="processing", number=number)
        self.register(move)
        for _time in range(2):
            self.receive_all()
            self.run_worker()
        self.assertEqual(move.stripe_status, "open")
        self.assertFalse(move.stripe_to_fix, "Time alone mends it")
        self.assertTrue(move.stripe_pending)
        self.assertIn("under way", move._get_alerts()["stripe_waiting"]["message"])
        self.simulator.control("clock/advance", {"seconds": 6 * 86400})
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "paid")
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertEqual(self.remote(move)["amount_remaining"], 0)
        return move
