from odoo import Command

from ..payloads.snapshot import SnapshotError, freeze_invoice
from .common import StripeInvoiceCommon
from .invoice_check import Check


class AmountsCommon(StripeInvoiceCommon):
    """Taxes of many kinds, and invoices that are compared with what Stripe has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls.tax("TVA 20 %", 20)
        cls.vat_low = cls.tax("TVA 5,5 %", 5.5)
        cls.vat_fi = cls.tax("ALV 25,5 %", 25.5)
        cls.included = cls.tax(
            "TVA 20 % TTC", 20, price_include_override="tax_included"
        )
        cls.eco = cls.tax("Éco-participation", 0.13, amount_type="fixed")
        cls.withheld = cls.tax("Retención IRPF", -15)
        cls.division = cls.tax("ICMS", 18, amount_type="division")
        factors = (("base", 100), ("tax", 100), ("tax", -100))
        parts = [
            Command.create({"repartition_type": kind, "factor_percent": factor})
            for kind, factor in factors
        ]
        cls.reverse_charge = cls.tax(
            "Autoliquidation",
            20,
            invoice_repartition_line_ids=parts,
            refund_repartition_line_ids=parts,
        )

    @classmethod
    def tax(cls, name, amount, **values):
        return cls.env["account.tax"].create(
            {
                "name": name,
                "invoice_label": name,
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "company_id": cls.company.id,
                "price_include_override": "tax_excluded",
                **values,
            }
        )

    def invoice(self, *lines, **values):
        """Return a posted invoice; a line is price, taxes, and other values."""
        post = values.pop("post", True)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-11-02",
                "stripe_invoice": True,
                "invoice_line_ids": [
                    Command.create({"sequence": at, **self.line(*line)})
                    for at, line in enumerate(lines)
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def line(self, price, taxes=None, values=None):
        taxes = self.env["account.tax"] if taxes is None else taxes
        found = {"name": "Item", "quantity": 1, **(values or {})}
        return {"price_unit": price, "tax_ids": [Command.set(taxes.ids)], **found}

    def freeze(self, move):
        return freeze_invoice(move, self.account)

    def at_stripe(self, move):
        """Send an invoice, compare it with Odoo's, and return what Stripe has.

        :return: the invoice, with all of its lines and the rates of its taxes
        """
        self.settle()
        check = Check(self)
        self.assertEqual(check.outcome(move), "equal")
        return check.remote(move)

    def assert_refused(self, move, *codes):
        with self.assertRaises(SnapshotError) as caught:
            self.freeze(move)
        objections = caught.exception.objections
        self.assertEqual([objection.code for objection in objections], list(codes))
        return objections
