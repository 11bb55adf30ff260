from odoo.tests import tagged

from .tour_common import BillerTourCommon

WORKS, DECLINED, AUTHENTICATED = (
    "4242424242424242",
    "4000000000000341",
    "4000002760003184",
)


@tagged("post_install", "-at_install")
class TestTourCollection(BillerTourCommon):
    """Charging and sending, by somebody who does the billing, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.invoice_sending_method = False
        cls.odoo_cron = cls.env.ref("account.ir_cron_account_move_send")

    def make_customer(self, name, number, agreed=True):
        """Return a contact who has stored something at Stripe."""
        partner = self.partner_a.copy({"name": name})
        customers = self.env["stripe.customer"].sudo()
        customer = customers._find_or_make(self.account, partner)
        customer._wake()
        self.settle()
        path = f"customers/{customer.stripe_id}/card"
        self.simulator.control(path, {"number": number})
        self.receive_all()
        self.settle()
        if agreed:
            self.consent(customer)
        return partner

    def test_stored_card_is_charged_declined_and_authenticated(self):
        anna, ben, cara = (
            self.make_invoice(partner=self.make_customer(name, number), post=False)
            for name, number in (
                ("Anna Example", WORKS),
                ("Ben Example", DECLINED),
                ("Cara Example", AUTHENTICATED),
            )
        )
        stranger = self.make_customer("Dan Example", WORKS, agreed=False)
        dan = self.make_open_invoice(partner=stranger)
        self.account.sudo().collection = "charge"

        def customer_authenticates():
            move = self.env["account.move"].browse(cara.id)
            path = f"invoices/{move.stripe_ref}/authenticate"
            self.simulator.control(path, {"success": True})
            self.receive_all()
            self.run_worker()

        self.play("stripe_collection", customer_authenticates=customer_authenticates)
        for move in (anna, cara, dan):
            self.assertEqual(move.payment_state, "paid")
            self.assertEqual(len(self.stripe_payments(move)), 1)
        self.assertEqual(ben.payment_state, "not_paid")
        self.assertTrue(ben.stripe_charge_at)
        consent = dan.sudo().stripe_document_id._customer()
        self.assertEqual(consent.consent_note, "Contract of 3 May")
        self.assertEqual(consent.consent_user_id.login, "biller")

    def test_one_and_several_invoices_are_sent_by_the_dialogs(self):
        anna, ben, cara = (
            self.make_open_invoice(partner=self.partner_a.copy({"name": name, **how}))
            for name, how in (
                ("Anna Example", {}),
                ("Ben Example", {"invoice_sending_method": "stripe"}),
                ("Cara Example", {"invoice_sending_method": "stripe"}),
            )
        )

        def jobs():
            self.run_worker(self.odoo_cron)
            self.run_worker()

        self.play("stripe_sending", jobs=jobs)
        rows = self.simulator.control("objects/mail")["data"]
        about = sorted(row["about"] for row in rows)
        expected = sorted(move.stripe_ref for move in (anna, ben, cara))
        self.assertEqual(about, expected)
