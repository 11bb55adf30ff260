from odoo import Command

from .amounts_common import AmountsCommon


class GoldenCases(AmountsCommon):
    """Telling invoices: each ``case_`` returns one, and its docstring says what of.

    The seller is in France, the customer in Paris, today is 2 November 2026.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.change_company_country(cls.company, cls.env.ref("base.fr"))
        cls.company.currency_id = cls.env.ref("base.EUR")

    # === TAXES === #

    def case_one_line(self):
        """One line, one tax: the whole of what Stripe gets."""
        return self.invoice((100, self.vat, {"name": "Consulting"}))

    def case_taxes_several(self):
        """Several taxes on a line, one of them fixed: each is told for itself."""
        return self.invoice((100, self.vat + self.eco, {"quantity": 3}))

    def case_taxes_group(self):
        """A group of taxes is told tax by tax."""
        children = (self.vat + self.eco).ids
        group = self.tax("Group", 0, amount_type="group", children_tax_ids=children)
        return self.invoice((100, group))

    def case_taxes_included(self):
        """A price with its tax: the amount holds it, and Stripe is told so."""
        return self.invoice((21.53, self.included), (21.53, self.included))

    def case_taxes_included_and_not(self):
        """Prices with and without tax on one invoice."""
        return self.invoice((120, self.included), (100, self.vat))

    def case_taxes_with_decimals(self):
        """25.5 % and 5.5 %: rates have up to four decimals."""
        return self.invoice((100, self.vat_fi), (100, self.vat_low))

    def case_taxes_withheld(self):
        """Stripe has no negative rates: a withheld tax is a line of its own."""
        return self.invoice((200, self.vat + self.withheld))

    def case_taxes_reverse_charge(self):
        """A reverse charge: nothing to pay, the reason, and the customer's status."""
        return self.invoice((100, self.reverse_charge))

    def case_taxes_exempt(self):
        """Exempt at home."""
        return self.invoice((100, self.tax("Exonéré", 0)))

    def case_taxes_intra_community(self):
        """Sold within the European Union, with the buyer's number and the mention."""
        self.customer("de", "DE123456788")
        position = self.env["account.fiscal.position"].create(
            {"name": "EU", "note": "<p>Exonération de TVA, article 262 ter I CGI</p>"}
        )
        tax = self.tax("TVA 0 % EU", 0)
        return self.invoice((100, tax), fiscal_position_id=position.id)

    def case_taxes_export(self):
        """Sold outside of the European Union."""
        self.customer("jp")
        return self.invoice((100, self.tax("TVA 0 % Export", 0)))

    def case_taxes_division(self):
        """A tax that is a part of the price with tax, as in Brazil."""
        return self.invoice((82, self.division))

    def case_taxes_edited(self):
        """An amount of tax that somebody has edited by a cent."""
        move = self.invoice((100, self.vat), (50, self.vat), post=False)
        totals = move.tax_totals
        totals["subtotals"][0]["tax_groups"][0]["tax_amount_currency"] = 30.01
        move.tax_totals = totals
        return move

    # === ROUNDING AND PRICES === #

    def case_rounding_per_line(self):
        """Three times 5.5 % of 10.05, rounded line by line: 1.65."""
        self.company.tax_calculation_rounding_method = "round_per_line"
        return self.invoice(*[(10.05, self.vat_low)] * 3)

    def case_rounding_globally(self):
        """Three times 5.5 % of 10.05, rounded once: 1.66; a line bears the cent."""
        self.company.tax_calculation_rounding_method = "round_globally"
        return self.invoice(*[(10.05, self.vat_low)] * 3)

    def case_cash_rounding_line(self):
        """Cash rounding as a line."""
        return self.rounded("add_invoice_line")

    def case_cash_rounding_tax(self):
        """Cash rounding on the biggest tax."""
        return self.rounded("biggest_tax")

    def case_discount(self):
        """A discount to its last decimal, and told."""
        return self.invoice((99.99, self.vat, {"quantity": 3, "discount": 33.33}))

    def case_odd_quantity(self):
        """A quantity of 0.333 and a price of six decimals, both readable."""
        self.env.ref("uom.decimal_product_uom").digits = 3
        return self.invoice((0.123457, self.vat, {"quantity": 1000.333}))

    def case_negative_line(self):
        """A line below zero takes its tax along."""
        return self.invoice((100, self.vat), (-30, self.vat, {"name": "Rebate"}))

    def case_zero_total(self):
        """A total of zero: Stripe settles it by itself, without a payment."""
        return self.invoice((100, self.vat), (-100, self.vat, {"name": "Gift"}))

    # === CURRENCIES === #

    def case_currency_yen(self):
        """Yen have no decimals."""
        return self.in_currency("JPY", 1, 1234)

    def case_currency_krona(self):
        """Icelandic krónur have none either, and Stripe wants two zeros."""
        return self.in_currency("ISK", 1, 1234)

    def case_currency_dinar(self):
        """Kuwaiti dinars have three, and Stripe wants the last one to be zero."""
        return self.in_currency("KWD", 0.001, 12.34)

    # === DATES === #

    def case_instalments(self):
        """Stripe has one due date: the last one; the memo has the schedule."""
        lines = [(30, 0), (70, 60)]
        return self.invoice((1000, self.vat), invoice_payment_term_id=self.term(lines))

    def case_early_payment(self):
        """The whole amount is asked for; the memo says what may be deducted."""
        term = self.term([(100, 30)], early="included")
        return self.invoice((1000, self.vat), invoice_payment_term_id=term)

    def case_early_payment_on_tax(self):
        """The discount lowers the tax at once: 20 % of 98."""
        term = self.term([(100, 30)], early="mixed")
        return self.invoice((100, self.vat), invoice_payment_term_id=term)

    def case_overdue(self):
        """Due before it is sent: the next moment that Stripe takes, and a note."""
        return self.invoice((100, self.vat), invoice_date="2026-01-15")

    # === WORDS === #

    def case_sections(self):
        """Headings go before the line that they precede, notes behind theirs."""
        return self.sections()

    def case_sections_hidden(self):
        """A section that hides its composition is one line."""
        return self.sections(collapse_composition=True)

    def case_words_of_all_scripts(self):
        """Emoji, HTML and right-to-left text arrive as they are."""
        names = ["Hosting 🚀", "<b>5 < 6</b> & co.", "استشارات هندسية", "ייעוץ"]
        lines = [(10, self.vat, {"name": name}) for name in names]
        return self.invoice(*lines, narration="<p>Merci&nbsp;! <b>🙂</b></p>")

    def case_words_french(self):
        """The document speaks the language of its customer."""
        self.partner_a.lang = "fr_FR"
        line = {"name": "Conseil", "quantity": 7.5, "discount": 10}
        return self.invoice(
            (1095.5, self.vat, line),
            invoice_origin="S00042",
            ref="BC-7",
            delivery_date="2026-11-05",
            invoice_payment_term_id=self.term([(30, 0), (70, 60)]),
        )

    def case_words_too_long(self):
        """What is longer than a line of Stripe's goes on in lines that cost nothing."""
        name = "All that was done, day by day. " * 25
        return self.invoice((100, self.vat, {"name": name, "quantity": 2}))

    def case_lines_grouped(self):
        """More than 250 lines, grouped by their taxes: every sum stays."""
        self.account.group_lines = True
        lines = [(0.37, self.vat)] * 125 + [(1.11, self.vat_low)] * 126
        return self.invoice(*lines)

    # === CUSTOMER AND PAYING === #

    def case_customer_abroad(self):
        """An American: Letter paper, a state, and another address to deliver to."""
        state = self.env.ref("base.state_us_27")
        self.partner_a.write(
            {"country_id": state.country_id.id, "state_id": state.id, "zip": "10001"}
        )
        ship = self.env["res.partner"].create(
            {
                "name": "Warehouse",
                "parent_id": self.partner_a.id,
                "type": "delivery",
                "street": "5 Dock Road",
                "country_id": state.country_id.id,
                "phone": "+1 212 555 0100",
            }
        )
        return self.invoice((100,), partner_shipping_id=ship.id)

    def case_payment_methods(self):
        """With what it can be paid: only what the currency allows."""
        codes = ("card", "sepa_debit", "customer_balance", "us_bank_account")
        methods = self.env["stripe.payment.method"].search([("code", "in", codes)])
        self.account.payment_method_ids = methods
        self.account.country_code = "FR"
        return self.invoice((100, self.vat))

    # === HELPERS === #

    def customer(self, country, vat=False):
        values = {"country_id": self.env.ref(f"base.{country}").id, "vat": vat}
        self.partner_a.write(values)

    def rounded(self, strategy):
        account = self.company_data["default_account_revenue"].id
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Rounding",
                "rounding": 0.05,
                "rounding_method": "HALF-UP",
                "strategy": strategy,
                "profit_account_id": account,
                "loss_account_id": account,
            }
        )
        return self.invoice((9.98, self.vat), invoice_cash_rounding_id=rounding.id)

    def in_currency(self, code, rounding, price):
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", code)])
        currency.write({"active": True, "rounding": rounding})
        return self.invoice((price,), currency_id=currency.id)

    def term(self, lines, early=None):
        values = {
            "name": "Terms",
            "line_ids": [
                Command.create({"value_amount": part, "nb_days": days})
                for part, days in lines
            ],
        }
        if early:
            values |= {
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": early,
            }
        return self.env["account.payment.term"].create(values).id

    def sections(self, **section):
        lines = [
            {"display_type": "line_section", "name": "Ground floor", **section},
            {"display_type": "line_subsection", "name": "Kitchen"},
            self.line(100, self.vat, {"name": "Sink"}),
            {"display_type": "line_note", "name": "In steel"},
            self.line(50, self.vat, {"name": "Tap", "quantity": 2}),
        ]
        numbered = [
            Command.create({**line, "sequence": at}) for at, line in enumerate(lines)
        ]
        return self.invoice(invoice_line_ids=numbered)
