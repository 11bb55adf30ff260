import requests

from odoo.tests import tagged

from .correction_common import WAYS, CorrectionCommon


@tagged("post_install", "-at_install")
class TestCorrectionRaces(CorrectionCommon):
    """A payment that arrives while an invoice is being corrected is never lost."""

    def assert_stopped(self, correction, status):
        """Assert that the old invoice is the only one, and paid in Odoo."""
        old, new = correction.move_id, correction.new_move_id
        self.assertEqual(correction.state, "stopped", correction.error)
        self.assertEqual(old.stripe_status, status)
        self.assertEqual(self.remote(old)["status"], status)
        self.assertEqual(old.state, "posted")
        self.assertIn(old.payment_state, ("paid", "in_payment"))
        self.assertFalse(old.stripe_to_fix or old.stripe_replaced_by_id)
        self.assertFalse(old.stripe_pending)
        self.assertIn("payment arrived", old.activity_ids.note)
        self.assertEqual(old.activity_ids.user_id, self.billing)
        self.assertNotEqual(new.state, "posted")
        self.assertFalse(new.stripe_pending or new.stripe_to_fix)
        self.assertNotIn(new.stripe_status, ("draft", "open"))
        self.assert_never_two_payable()

    def pay_in_odoo(self, move):
        """Register that the invoice was paid by bank."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({})._create_payments()

    # === BEFORE THE OLD ONE IS VOID === #

    def test_payment_before_the_void_stops_it_cleanly(self):
        for way in WAYS:
            for learned in (False, True):
                with self.subTest(way=way, learned=learned):
                    old = self.make_wrong()
                    correction = self.correct(old, way)
                    self.pay(old)
                    if learned:
                        self.receive_all()
                    self.settle()
                    self.receive_all()
                    self.settle()
                    self.assert_stopped(correction, "paid")

    def test_payment_while_the_deciding_request_is_on_its_way_stops_it(self):
        deciding = {"duplicate": "/void$", "credit_note": "/void$"}
        for way in WAYS:
            with self.subTest(way):
                old = self.make_wrong()
                rule = {"kind": "status", "status": 409, "method": "POST"}
                path = deciding.get(way, "/finalize$")
                fault = self.simulator.fault(path=path, times=1, **rule)
                correction = self.correct(old, way)
                self.run_worker()
                self.run_worker()
                [seen] = self.simulator.control("faults")["data"]
                self.assertTrue(seen["hits"], "It has not been asked for yet")
                self.simulator.control(f"faults/{fault['id']}", method="DELETE")
                self.pay(old)
                self.settle()
                self.receive_all()
                self.settle()
                self.assert_stopped(correction, "paid")

    def test_payment_in_odoo_before_the_void_stops_it_too(self):
        for way in WAYS:
            with self.subTest(way):
                old = self.make_wrong()
                correction = self.correct(old, way)
                self.pay_in_odoo(old)
                self.settle()
                # Nobody can pay it at Stripe any more, one way or the other.
                status = old.stripe_status
                self.assertIn(status, ("paid", "void"))
                self.assert_stopped(correction, status)

    def test_part_payment_that_arrives_first_stops_it_too(self):
        old = self.make_wrong()
        correction = self.correct(old)
        self.pay(old, amount=4000)
        self.settle()
        self.assertEqual(correction.state, "stopped", correction.error)
        self.assertEqual(old.stripe_status, "open")
        self.assertEqual(old.payment_state, "partial")
        self.assertFalse(old.stripe_to_fix or old.stripe_pending)

    def test_payment_under_way_is_waited_for(self):
        old = self.make_wrong()
        self.pay(old, method="sepa_debit", outcome="processing")
        correction = self.correct(old)
        self.run_worker()
        self.run_worker()
        self.assertEqual(correction.state, "closing")
        self.assertFalse(correction.new_move_id)
        self.simulator.control("clock/advance", {"seconds": 6 * 86400})
        self.receive_all()
        self.settle()
        self.assertEqual(correction.state, "stopped", correction.error)
        self.assertEqual(old.payment_state, "paid")

    # === BETWEEN THE OLD ONE AND THE NEW ONE === #

    def test_payment_in_odoo_between_the_void_and_the_new_one_stops_it(self):
        for way in ("duplicate", "credit_note"):
            with self.subTest(way):
                old = self.make_wrong()
                fault = self.simulator.fault(kind="drop_after", path="/void$", times=1)
                correction = self.correct(old, way)
                self.run_worker()
                self.simulator.control(f"faults/{fault['id']}", method="DELETE")
                self.assertEqual(self.remote(old)["status"], "void")
                self.assertFalse(correction.new_move_id)
                self.pay_in_odoo(old)
                self.settle()
                self.assert_stopped(correction, "void")
                self.assertFalse(correction.new_move_id)

    # === AFTER THE NEW ONE === #

    def test_payment_of_the_new_one_before_the_end_is_its_own(self):
        for way in WAYS:
            with self.subTest(way):
                old = self.make_wrong()
                # The last request, which links both, is late.
                path = f"/v1/invoices/{old.stripe_ref}$"
                fault = self.simulator.fault(
                    kind="status", status=500, method="POST", path=path
                )
                correction = self.correct(old, way)
                for _round in range(4):
                    self.run_worker()
                new = correction.new_move_id
                self.assertEqual(new.stripe_status, "open")
                self.assertFalse(correction.linked)
                with self.assertRaises(requests.HTTPError):
                    self.pay(old)
                self.pay(new)
                self.receive_all()
                self.simulator.control(f"faults/{fault['id']}", method="DELETE")
                self.settle()
                self.assertEqual(new.payment_state, "paid")
                self.assertFalse(self.stripe_payments(old))
                self.assert_replaced(correction, status="paid")
