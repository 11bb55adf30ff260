from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..payloads.snapshot import SnapshotError
from ..payloads.snapshot.amounts import freeze_amounts
from .amounts_common import AmountsCommon


@tagged("post_install", "-at_install")
class TestAmounts(AmountsCommon):
    """What Odoo can put on an invoice is the same at Stripe, or is refused before."""

    # === TAXES === #

    def test_several_taxes_on_a_line_are_each_told(self):
        move = self.invoice((100, self.vat + self.eco), (9.99, self.vat_fi))
        first, second = self.freeze(move).lines
        self.assertEqual((first.amount, second.amount), (10000, 999))
        vat, eco = sorted(first.taxes, key=lambda tax: -tax.amount)
        self.assertEqual(
            (vat.label, vat.percentage, vat.amount), ("TVA 20 %", "20", 2000)
        )
        self.assertEqual(
            (eco.label, eco.percentage, eco.amount), ("Éco-participation", "0", 13)
        )
        self.assertEqual(second.taxes[0].percentage, "25.5")
        self.at_stripe(move)

    def test_a_group_of_taxes_is_told_tax_by_tax(self):
        children = (self.vat + self.eco).ids
        group = self.tax("Group", 0, amount_type="group", children_tax_ids=children)
        move = self.invoice((100, group))
        labels = {tax.label for tax in self.freeze(move).lines[0].taxes}
        self.assertEqual(labels, {"TVA 20 %", "Éco-participation"})
        self.assertEqual(self.at_stripe(move)["total"], 120_13)

    def test_a_fixed_tax_is_told_for_each_piece(self):
        remote = self.at_stripe(self.invoice((10, self.eco, {"quantity": 7})))
        self.assertEqual(remote["total_taxes"][0]["amount"], 91)

    def test_included_taxes_are_part_of_the_line(self):
        move = self.invoice((21.53, self.included), (21.53, self.included))
        frozen = self.freeze(move)
        self.assertEqual([line.amount for line in frozen.lines], [2153, 2153])
        self.assertTrue(all(line.taxes[0].inclusive for line in frozen.lines))
        self.assertEqual(frozen.tax, round(move.amount_tax * 100))
        self.assertEqual(self.at_stripe(move)["subtotal"], 43_06)

    def test_prices_with_and_without_tax_stand_on_one_invoice(self):
        move = self.invoice((120, self.included), (100, self.vat))
        self.assertEqual(self.at_stripe(move)["total"], 240_00)

    def test_withheld_taxes_become_a_line_of_their_own(self):
        move = self.invoice((200, self.vat + self.withheld), (50, self.vat))
        frozen = self.freeze(move)
        self.assertEqual(frozen.total, 200_00 + 50_00 + 50_00 - 30_00)
        self.assertEqual(frozen.lines[-1].description, "Retención IRPF (-15 %)")
        self.assertEqual(frozen.lines[-1].amount, -30_00)
        self.at_stripe(move)

    def test_a_reverse_charge_is_told_and_costs_nothing(self):
        move = self.invoice((100, self.reverse_charge))
        (tax,) = self.freeze(move).lines[0].taxes
        self.assertEqual((tax.amount, tax.reason), (0, "reverse_charge"))
        self.assertEqual(self.at_stripe(move)["total"], 100_00)

    def test_zero_and_exempt_taxes_are_told_and_cost_nothing(self):
        exempt = self.tax("Exonéré", 0)
        move = self.invoice((100, exempt), (50, self.vat))
        self.assertEqual(self.freeze(move).lines[0].taxes[0].label, "Exonéré")
        self.assertEqual(self.at_stripe(move)["total"], 160_00)

    def test_a_division_tax_is_told_with_the_rate_of_the_law(self):
        move = self.invoice((82, self.division))
        (tax,) = self.freeze(move).lines[0].taxes
        self.assertEqual((tax.percentage, tax.amount), ("18", 1800))
        self.at_stripe(move)

    def test_a_tax_that_was_edited_by_hand_is_sent_as_it_was_edited(self):
        move = self.invoice((100, self.vat), (50, self.vat), post=False)
        self.edit_tax(move, 30.01)
        move.action_post()
        remote = self.at_stripe(move)
        self.assertEqual(remote["total_taxes"][0]["amount"], 30_01)
        self.assertEqual(remote["total"], 180_01)

    def test_what_is_booked_on_a_reverse_charge_is_a_line_of_its_own(self):
        move = self.invoice((100, self.reverse_charge), post=False)
        self.edit_tax(move, 0.02)
        move.action_post()
        remote = self.at_stripe(move)
        self.assertEqual(remote["lines"][-1]["description"], "Autoliquidation")
        self.assertEqual(remote["lines"][-1]["amount"], 2)

    def test_what_odoo_itself_does_not_add_up_is_refused_with_both_figures(self):
        # Of a tax of nothing, Odoo books what was typed, and prints nothing.
        yen = self.env.ref("base.JPY")
        yen.active = True
        lines = ((0.3, self.vat_fi), (1000,))
        move = self.invoice(*lines, currency_id=yen.id, post=False)
        self.edit_tax(move, 2)
        move.action_post()
        (told,) = self.assert_refused(move, "sums")
        self.assertIn("1,000", told.text)
        self.assertIn("1,002", told.text)

    # === ROUNDING === #

    def test_both_rounding_methods_are_followed(self):
        lines = [(10.05, self.vat_low)] * 3
        for method, tax in (("round_per_line", 1_65), ("round_globally", 1_66)):
            with self.subTest(method), self.forgotten():
                self.company.tax_calculation_rounding_method = method
                remote = self.at_stripe(self.invoice(*lines))
                self.assertEqual(remote["total_taxes"][0]["amount"], tax)
                self.assertEqual(remote["total"], 30_15 + tax)

    def test_cash_rounding_as_a_line(self):
        rounding = self.cash_rounding("add_invoice_line")
        move = self.invoice((9.98, self.vat), invoice_cash_rounding_id=rounding)
        remote = self.at_stripe(move)
        self.assertEqual(remote["total"], 12_00)
        self.assertEqual(remote["lines"][-1]["amount"], 2)
        self.assertEqual(remote["total_taxes"][0]["amount"], 2_00)

    def test_cash_rounding_on_the_biggest_tax(self):
        rounding = self.cash_rounding("biggest_tax")
        move = self.invoice((9.98, self.vat), invoice_cash_rounding_id=rounding)
        remote = self.at_stripe(move)
        self.assertEqual(remote["total"], 12_00)
        self.assertEqual(len(remote["lines"]), 1)
        self.assertEqual(remote["total_taxes"][0]["amount"], 2_02)

    # === PRICES === #

    def test_a_discount_counts_to_its_last_decimal(self):
        values = {"quantity": 3, "discount": 33.33}
        remote = self.at_stripe(self.invoice((99.99, self.vat, values)))
        self.assertEqual(remote["lines"][0]["amount"], 199_99)
        self.assertIn("33.33 %", remote["lines"][0]["description"])

    def test_odd_quantities_and_prices_with_six_decimals(self):
        self.env.ref("uom.decimal_product_uom").digits = 3
        self.company.tax_calculation_rounding_method = "round_per_line"
        move = self.invoice(
            (7.77, self.vat, {"quantity": 0.333}),
            (0.123457, self.vat, {"quantity": 1000}),
        )
        first, second = self.at_stripe(move)["lines"]
        self.assertEqual((first["amount"], second["amount"]), (2_59, 123_46))
        self.assertIn("0.333 ", first["description"])
        self.assertIn("0.123457", second["description"])

    def test_a_negative_line_takes_its_tax_along(self):
        remote = self.at_stripe(self.invoice((100, self.vat), (-30, self.vat)))
        self.assertEqual([line["amount"] for line in remote["lines"]], [100_00, -30_00])
        self.assertEqual(remote["total"], 84_00)

    def test_a_down_payment_and_its_deduction_make_up_the_order(self):
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.partner_a.id,
                    "stripe_invoice": True,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product_a.id,
                                "price_unit": price,
                                "tax_ids": [Command.set(self.vat.ids)],
                            }
                        )
                        for price in (99.99, 33.33)
                    ],
                }
            )
        )
        order.action_confirm()
        wizards = self.env["sale.advance.payment.inv"].sudo()
        for values in (
            {"advance_payment_method": "percentage", "amount": 33.33},
            {"advance_payment_method": "delivered"},
        ):
            wizard = wizards.create({"sale_order_ids": order.ids, **values})
            wizard._create_invoices(order)
        moves = order.invoice_ids.sorted("id")
        moves.action_post()
        remotes = [self.at_stripe(move) for move in moves]
        self.assertEqual(sum(remote["total"] for remote in remotes), 159_98)
        self.assertLess(remotes[1]["lines"][-1]["amount"], 0)

    def test_an_early_payment_discount_that_lowers_the_tax_at_once(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 %",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "mixed",
            }
        )
        move = self.invoice((100, self.vat), invoice_payment_term_id=term.id)
        remote = self.at_stripe(move)
        self.assertEqual(remote["total"], 119_60)
        self.assertEqual(remote["amount_due"], 119_60)
        self.assertEqual(len(remote["lines"]), 1)

    # === LIMITS === #

    def test_250_lines_go_and_251_are_refused_or_grouped(self):
        lines = [(0.37, self.vat)] * 125 + [(1.11, self.vat_low)] * 126
        move = self.invoice(*lines)
        (told,) = self.assert_refused(move, "too_many_lines")
        self.assertIn("251", told.text)
        self.account.group_lines = True
        remote = self.at_stripe(move)
        self.assertEqual(len(remote["lines"]), 2)
        self.assertEqual(len(remote["total_taxes"]), 2)

    def test_a_total_below_zero_is_refused(self):
        # Odoo posts no such invoice, but the preview of a draft has to tell.
        move = self.invoice((-100, self.vat), post=False)
        with self.assertRaisesRegex(SnapshotError, "120.00.* credit note"):
            freeze_amounts(move)

    def test_totals_that_stripe_does_not_charge_are_refused_with_both_figures(self):
        (told,) = self.assert_refused(self.invoice((0.49,)), "below_minimum")
        self.assertIn("0.49", told.text)
        self.assertIn("0.50", told.text)
        (told,) = self.assert_refused(self.invoice((1000000,)), "above_maximum")
        self.assertIn("1,000,000.00", told.text)
        self.assertIn("999,999.99", told.text)
        self.at_stripe(self.invoice((0.5,)))
        self.at_stripe(self.invoice((999999.99,)))

    def test_a_total_below_the_minimum_is_told_before_sending(self):
        move = self.invoice((0.49,), post=False)
        alerts = move._get_alerts().values()
        self.assertTrue([row for row in alerts if "0.50" in row["message"]])
        self.assertEqual(self.simulator.sent(), [])

    def test_a_total_of_zero_is_settled_without_a_payment(self):
        move = self.invoice((100, self.vat), (-100, self.vat))
        self.assertEqual(move.amount_total, 0)
        self.run_worker()
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(self.stripe_payments(move))
        self.assertFalse(move.activity_ids)

    def test_a_total_of_zero_is_kept_from_stripe_if_the_company_wants_that(self):
        self.account.sudo().skip_zero = True
        move = self.invoice((100, self.vat), (-100, self.vat))
        self.assertFalse(move.stripe_can_push)
        with self.assertRaisesRegex(UserError, "total of zero"):
            move.action_stripe_push()
        self.assertFalse(move.sudo().stripe_document_id)
        with self.assertRaisesRegex(UserError, "total of zero"):
            self.env["stripe.invoice.preview"].create({"move_id": move.id})._values()
        other = self.invoice((100, self.vat))
        self.run_worker()
        self.assertEqual(other.stripe_status, "open")

    # === READING === #

    def test_reading_an_invoice_writes_none_of_its_lines(self):
        move = self.invoice((100, self.vat), (50, self.vat))
        self.env.flush_all()
        self.env.invalidate_all()
        writes = self.count_line_writes()
        self.freeze(move)
        self.assertEqual(writes, [])

    # === HELPERS === #

    def cash_rounding(self, strategy):
        account = self.company_data["default_account_revenue"].id
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": strategy,
                "rounding": 0.05,
                "rounding_method": "HALF-UP",
                "strategy": strategy,
                "profit_account_id": account,
                "loss_account_id": account,
            }
        )
        return rounding.id

    def edit_tax(self, move, amount):
        """Type another amount of the only tax, as the invoice's form lets one."""
        totals = move.tax_totals
        (group,) = totals["subtotals"][0]["tax_groups"]
        group["tax_amount_currency"] = amount
        move.tax_totals = totals

    def count_line_writes(self):
        """Return a list that from now on grows with each write of a journal item."""
        writes = []
        lines = self.registry["account.move.line"]
        write = lines.write

        def counted(records, values):
            writes.append(values)
            return write(records, values)

        self.patch(lines, "write", counted)
        return writes
