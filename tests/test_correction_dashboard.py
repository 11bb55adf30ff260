import requests

from odoo.exceptions import UserError
from odoo.tests import tagged

from .correction_common import WAYS, CorrectionCommon


@tagged("post_install", "-at_install")
class TestCorrectionDashboard(CorrectionCommon):
    """What somebody voided or revised in the dashboard, the wizard takes from there."""

    def dashboard(self, path, **params):
        """Post something in Stripe's dashboard."""
        body = {"account": self.account.stripe_id, "method": "POST"}
        body |= {"path": f"/v1/invoices{path}", "params": params}
        return self.simulator.control("dashboard", body)

    def revise(self, ref):
        """Revise an invoice in the dashboard, and return the id of the revision."""
        draft = self.dashboard("", from_invoice={"action": "revision", "invoice": ref})
        return self.dashboard(f"/{draft['id']}/finalize")["id"]

    def make_revised(self):
        """Return an invoice that was revised, and the id of the revision."""
        old = self.make_wrong()
        revision = self.revise(old.stripe_ref)
        self.receive_all()
        self.settle()
        self.assertEqual(old.stripe_status, "void")
        return old, revision

    def status_of(self, ref):
        return self.simulator.api(f"invoices/{ref}")["status"]

    def test_voided_is_shown_and_taken_from_there(self):
        old = self.make_wrong()
        self.simulator.control(f"invoices/{old.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        alert = old._get_alerts()["stripe_void"]
        self.assertEqual(alert["action"]["res_model"], "stripe.document.correct")
        correction = self.correct(old)
        self.assertEqual(old.state, "cancel")
        self.assertEqual(correction.new_move_id.state, "posted")
        self.settle()
        self.assert_replaced(correction)

    def test_revised_is_recognised_linked_and_shown(self):
        old, revision = self.make_revised()
        alert = old._get_alerts()["stripe_void"]
        self.assertIn(revision, alert["message"])
        self.assertEqual(alert["action"]["res_model"], "stripe.document.correct")
        self.assertTrue(old.stripe_revision_url.endswith(f"/invoices/{revision}"))
        self.assertIn(revision, old.activity_ids.note)
        wizard = self.env["stripe.document.correct"].new({"move_id": old.id})
        self.assertIn(revision, wizard.revision)

    def test_revised_is_voided_before_a_new_invoice_is_there(self):
        for way in ("duplicate", "credit_note"):
            with self.subTest(way):
                old, revision = self.make_revised()
                correction = self.correct(old, way)
                self.assertEqual(self.status_of(revision), "open")
                self.assertFalse(correction.new_move_id, "Both could be paid")
                self.assert_not_neither(correction)
                self.settle()
                self.assertEqual(self.status_of(revision), "void")
                self.assert_replaced(correction)
                self.assertFalse(old.activity_ids or old._get_alerts().get("void"))
                with self.assertRaises(requests.HTTPError):
                    self.simulator.control(f"invoices/{revision}/pay", {})

    def test_revised_twice_is_followed_to_the_last_revision(self):
        old, first = self.make_revised()
        second = self.revise(first)
        correction = self.correct(old)
        self.settle()
        self.assertEqual(self.status_of(first), "void")
        self.assertEqual(self.status_of(second), "void")
        self.assert_replaced(correction)

    def test_revised_while_it_is_being_corrected(self):
        for way in WAYS:
            with self.subTest(way):
                old = self.make_wrong()
                correction = self.correct(old, way)
                revision = self.revise(old.stripe_ref)
                self.settle()
                self.assertEqual(self.status_of(revision), "void")
                self.assert_replaced(correction)

    def test_revised_while_our_own_revision_waits_to_be_finalized(self):
        old = self.make_wrong()
        rule = {"kind": "status", "status": 409, "path": "/finalize$"}
        fault = self.simulator.fault(times=1, **rule)
        correction = self.correct(old, "revision")
        self.run_worker()
        self.assertEqual(correction.new_move_id.stripe_status, "draft")
        self.simulator.control(f"faults/{fault['id']}", method="DELETE")
        revision = self.revise(old.stripe_ref)
        self.settle()
        self.assertEqual(self.status_of(revision), "void")
        self.assert_replaced(correction)

    def test_voiding_of_the_revision_is_interrupted_and_goes_on(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind):
                old, revision = self.make_revised()
                path = f"/v1/invoices/{revision}/void$"
                fault = self.simulator.fault(kind=kind, path=path, times=1)
                correction = self.correct(old)
                self.run_worker()
                self.assert_not_neither(correction)
                self.assertFalse(correction.new_move_id)
                self.settle()
                self.simulator.control(f"faults/{fault['id']}", method="DELETE")
                self.assertEqual(self.status_of(revision), "void")
                self.assert_replaced(correction)

    def test_paid_revision_stops_it_and_says_what_to_do(self):
        for moment in ("before", "during"):
            with self.subTest(moment):
                old, revision = self.make_revised()
                if moment == "before":
                    self.simulator.control(f"invoices/{revision}/pay", {})
                correction = self.correct(old)
                if moment == "during":
                    self.simulator.control(f"invoices/{revision}/pay", {})
                self.receive_all()
                self.settle()
                self.assertEqual(correction.state, "stopped", correction.error)
                self.assertFalse(self.stripe_payments(old), "It is not the invoice's")
                self.assertEqual(old.state, "posted")
                self.assertFalse(correction.new_move_id)
                note = old.activity_ids.note
                self.assertIn(revision, note)
                self.assertIn("Register that payment", note)

                wizard = self.env["account.payment.register"].with_context(
                    active_model="account.move", active_ids=old.ids
                )
                wizard.create({})._create_payments()
                with self.assertRaisesRegex(UserError, "only a credit note"):
                    self.correct(old, "duplicate")
                again = self.correct(old)
                self.settle()
                self.assertEqual(again.state, "done", again.error)
                new = again.new_move_id
                self.assertEqual(old.payment_state, "reversed")
                self.assertIn(new.payment_state, ("paid", "in_payment"))
                self.assertEqual(new.stripe_status, "paid")
                self.assertEqual(self.status_of(revision), "paid")
                self.assert_never_two_payable()
