from odoo.tests import tagged

from .common import StripeInvoiceCommon
from .simulator import GRANTS


@tagged("post_install", "-at_install")
class TestChargeName(StripeInvoiceCommon):
    """The invoice's number is on the payment at Stripe, where other programs look."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catch_up_cron = cls.env.ref("sale_stripe_invoice.ir_cron_catch_up")
        cls.account.sudo().name_charges = True

    def pay_and_hear(self, move, **how):
        self.pay(move, **how)
        self.receive_all()
        self.settle()
        return self.stripe_payments(move)

    def charge(self, payment):
        return self.simulator.api(f"charges/{payment.stripe_charge}")

    def catch_up(self):
        self.run_worker(self.catch_up_cron)
        self.settle()

    def test_number_is_written_once_on_each_payment(self):
        move = self.make_open_invoice()
        parts = self.pay_and_hear(move, amount=4000)
        self.catch_up()
        parts += self.pay_and_hear(move)
        self.catch_up()
        for payment in parts:
            metadata = self.charge(payment)["metadata"]
            # What OCA's import of Stripe statements shows of a charge by default.
            label = "{source[metadata][invoice_number]}"
            text = label.format(source={"metadata": metadata})
            self.assertEqual(text, move.name)
            self.assertEqual(metadata["odoo_db"], self.account._database_uuid())
        self.simulator.control("requests/clear", {})
        for _time in range(2):
            self.catch_up()
        self.assertFalse(self.simulator.sent("POST"))

    def test_nothing_is_written_unless_somebody_wants_it(self):
        self.account.name_charges = False
        payment = self.pay_and_hear(self.make_open_invoice())
        self.catch_up()
        self.assertFalse(self.charge(payment)["metadata"])

    def test_what_fails_is_tried_again_and_stops_nothing(self):
        payment = self.pay_and_hear(self.make_open_invoice())
        self.simulator.fault(kind="status", status=500, path="/v1/charges", times=1)
        self.catch_up()
        self.assertFalse(payment.stripe_charge_named)
        self.account.next_attempt_at = False
        self.catch_up()
        self.assertTrue(payment.stripe_charge_named)
        self.assertFalse(self.account.error)

    def test_key_that_may_not_stops_writing_and_nothing_else(self):
        payment = self.pay_and_hear(self.make_open_invoice())
        rights = [f"{one}:write" for one in GRANTS.values() if one != "charges"]
        rights += ["account:read", "charges:read"]
        path = f"accounts/{self.account.stripe_id}"
        self.simulator.control(path, {"keys": {"rk_test_limited": rights}})
        self.account.sudo().secret_key = "rk_test_limited"
        self.catch_up()
        self.assertFalse(self.account.name_charges or self.account.error)
        self.assertFalse(payment.stripe_charge_named)
        summaries = self.account.activity_ids.mapped("summary")
        self.assertEqual(len(summaries), 1)
        self.assertIn("numbers cannot be written", summaries[0])
