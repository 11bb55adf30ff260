from odoo import api, fields, models
from odoo.tools import format_date

KINDS = [
    ("stripe", "Balance at Stripe"),
    ("missing", "Not Imported Yet"),
    ("before_start", "Before the Start"),
    ("not_booked", "Not Booked Yet"),
    ("other_day", "Booked on Another Day"),
    ("changed", "Changed by Hand"),
    ("by_hand", "Booked by Hand"),
    ("odoo", "Balance in Odoo"),
]


class StripeBalanceReport(models.TransientModel):
    """The report "Stripe Balance": Stripe's balance, Odoo's, and what lies between.

    Made of what the last import has read; it asks Stripe nothing.
    """

    _name = "stripe.balance.report"
    _description = "Stripe Balance Report"

    date = fields.Date(required=True, default=fields.Date.context_today)
    balance_ids = fields.Many2many(
        "stripe.balance",
        string="Journals",
        required=True,
        default=lambda self: self._default_balances(),
        help="One for each currency in which Stripe holds money.",
    )
    line_ids = fields.One2many("stripe.balance.report.line", "report_id", "Lines")

    @api.model
    def _default_balances(self):
        domain = [("company_id", "in", self.env.companies.ids)]
        return self.env["stripe.balance"].search(domain)

    def action_show(self):
        """Show the report as a list and a pivot."""
        self._make_lines()
        # A tuple right after a translated term would be taken for one, too.
        return {
            "domain": [("report_id", "=", self.id)],
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Stripe Balance on %s", format_date(self.env, self.date)
            ),
            "res_model": "stripe.balance.report.line",
            "view_mode": "list,pivot",
            "context": {"group_by": ["balance_id"]},
        }

    def action_print(self):
        """Print the report, one document for each company."""
        action = self.env.ref("sale_stripe_invoice.stripe_balance_report_action")
        return action.report_action(self._by_company().ids)

    def _by_company(self):
        """Return this report as one for each company, with their lines."""
        reports = self.browse()
        for balances in self.balance_ids.grouped("company_id").values():
            reports += self.copy({"balance_ids": balances.ids})
        for report in reports:
            report._make_lines()
        return reports

    def _make_lines(self):
        self.ensure_one()
        self.balance_ids.check_access("read")
        self.line_ids.unlink()
        values = []
        for balance in self.balance_ids.sudo():
            values += self._lines_of(balance)
        self.env["stripe.balance.report.line"].create(
            [
                {**row, "report_id": self.id, "sequence": number}
                for number, row in enumerate(values)
            ]
        )

    def _lines_of(self, balance):
        """Return the values of the lines: from Stripe's balance down to Odoo's.

        The amounts before the last one add up to it.
        """
        at_stripe = balance._at_stripe(self.date)
        pending = balance._pending(self.date)
        lines = [
            {
                "kind": "stripe",
                "label": self.env._("Balance at Stripe"),
                "amount": at_stripe,
                "available": balance.currency_id.round(at_stripe - pending),
                "pending": pending,
            }
        ]
        for reason in balance._reasons(self.date):
            lines.append(
                {
                    "kind": reason.kind,
                    "label": reason.label(self.env),
                    "amount": -reason.amount,
                    "record": f"{reason.record._name},{reason.record.id}"
                    if reason.record
                    else False,
                }
            )
        lines.append(
            {
                "kind": "odoo",
                "label": self.env._("Balance in Odoo"),
                "amount": balance._booked(self.date),
            }
        )
        for line in lines:
            line["proof"] = line["amount"] * (-1 if line["kind"] == "odoo" else 1)
        return [{**line, "balance_id": balance.id} for line in lines]


class StripeBalanceReportLine(models.TransientModel):
    """One line of the report."""

    _name = "stripe.balance.report.line"
    _description = "Stripe Balance Report Line"
    _order = "report_id, sequence"
    _rec_name = "label"

    report_id = fields.Many2one(
        "stripe.balance.report", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    balance_id = fields.Many2one("stripe.balance", "Journal", required=True)
    currency_id = fields.Many2one(related="balance_id.currency_id")
    kind = fields.Selection(KINDS, required=True)
    label = fields.Char()
    amount = fields.Monetary(aggregator=None)
    proof = fields.Monetary(
        help="Odoo's balance counts against all the rest: a total of zero says that "
        "every difference is explained."
    )
    available = fields.Monetary(
        "Of Which Available",
        aggregator=None,
        help="What can be paid out. Refunds, disputes, fees and payouts come off it at "
        "once, so that it may be less than zero while payments are pending.",
    )
    pending = fields.Monetary(
        "Of Which Pending",
        aggregator=None,
        help="Payments that Stripe has booked and not released yet: they become "
        "available by themselves.",
    )
    record = fields.Reference(
        [
            ("account.move", "Journal Entry"),
            ("stripe.balance.transaction", "Movement"),
        ],
        "Document",
    )

    def action_open(self):
        """Open what the line is about."""
        self.ensure_one()
        if not self.record:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.record._name,
            "res_id": self.record.id,
            "view_mode": "form",
        }
