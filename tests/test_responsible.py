from odoo.tests import new_test_user, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestResponsible(StripeInvoiceCommon):
    """What a person has to do is given to somebody who sees it."""

    def ask(self, move):
        """Let something happen that a person has to answer; return who is asked."""
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        self.assertEqual(len(move.activity_ids), 1)
        return move.activity_ids.user_id

    def test_salesman_who_has_left_is_not_asked(self):
        salesman = new_test_user(self.env, "has_left")
        move = self.make_open_invoice(invoice_user_id=salesman.id)
        salesman.active = False
        self.assertEqual(self.ask(move), move.create_uid)

    def test_invoice_that_a_program_made_is_for_who_is_responsible_for_stripe(self):
        person = new_test_user(self.env, "keeps_the_books")
        self.account.user_id = person
        robot = self.env.ref("base.user_root")
        self.assertFalse(robot.active)
        move = self.make_invoice(invoice_user_id=False, post=False)
        self.env.cr.execute(
            "UPDATE account_move SET create_uid = %s WHERE id = %s",
            [robot.id, move.id],
        )
        move.invalidate_recordset()
        move.action_post()
        self.settle()
        self.assertEqual(self.ask(move), person)
