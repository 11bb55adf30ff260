from odoo import api, fields, models
from odoo.tools import SQL, formatLang

KINDS = [
    ("number", "Number"),
    ("total", "Total"),
    ("due", "Amount Due"),
    ("state", "State"),
    ("unsent", "Not at Stripe"),
]


class StripeDifference(models.Model):
    """The list "Stripe Differences": where Odoo's invoice and Stripe's do not agree.

    One row per invoice and thing that differs, of what Stripe last reported; it asks
    Stripe nothing. What is on its way to Stripe at this moment is no difference, and
    neither is what a person has decided to leave so: a bad debt that is booked, a
    receivable that was reopened after a dispute, a void invoice that is paid by other
    means, an amount that Stripe asks for with the next invoice.
    """

    _name = "stripe.difference"
    _description = "Stripe Difference"
    _auto = False
    _order = "invoice_date desc, id desc"
    _rec_name = "move_id"
    _depends = {
        "account.move": [
            "amount_residual",
            "amount_total",
            "commercial_partner_id",
            "invoice_date",
            "name",
            "payment_state",
            "state",
            "stripe_invoice",
        ],
        "account.payment": ["stripe_document_id", "stripe_reopened_id"],
        "stripe.document": [
            "account_id",
            "amount_deferred",
            "amount_remaining",
            "amount_total",
            "checkout_id",
            "company_id",
            "currency_id",
            "move_id",
            "pending",
            "status",
            "stripe_number",
        ],
    }

    kind = fields.Selection(KINDS, "What Differs", readonly=True)
    document_id = fields.Many2one("stripe.document", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    account_id = fields.Many2one("stripe.account", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    invoice_date = fields.Date(readonly=True)
    amount = fields.Monetary(
        "Difference", readonly=True, help="What Odoo has more than Stripe."
    )
    odoo_value = fields.Char("In Odoo", compute="_compute_values")
    stripe_value = fields.Char("At Stripe", compute="_compute_values")
    problem = fields.Text(related="document_id.error", string="Problem")

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT d.id * %(kinds)s + %(number)s AS id,
                       %(kind)s AS kind,
                       d.id AS document_id,
                       m.id AS move_id,
                       m.commercial_partner_id AS partner_id,
                       d.company_id,
                       d.account_id,
                       d.currency_id,
                       m.invoice_date,
                       %(amount)s AS amount
                  FROM stripe_document d
                  JOIN account_move m ON m.id = d.move_id
                 WHERE NOT COALESCE(d.pending, FALSE) AND (%(condition)s)
                """,
                kinds=len(KINDS),
                number=number,
                kind=kind,
                amount=amount,
                condition=condition,
            )
            for number, (kind, amount, condition) in enumerate(self._cases())
        )

    @api.model
    def _cases(self):
        """Return what is compared: kind, what Odoo has more, and when it differs.

        ``d`` is the Stripe document and ``m`` the invoice.

        :rtype: list of tuples of a text and two ``SQL``
        """
        none = SQL("NULL::numeric")
        finalized = SQL("d.status IN ('open', 'uncollectible', 'paid')")
        posted = SQL("m.state = 'posted'")
        return [
            (
                "number",
                none,
                SQL(
                    "%s AND %s AND d.stripe_number IS DISTINCT FROM m.name "
                    # Of what was paid up front, Stripe chose the number.
                    "AND d.checkout_id IS NULL",
                    finalized,
                    posted,
                ),
            ),
            (
                "total",
                SQL("m.amount_total - d.amount_total"),
                SQL(
                    "%s AND %s AND m.amount_total <> d.amount_total", finalized, posted
                ),
            ),
            (
                "due",
                SQL("m.amount_residual - d.amount_remaining"),
                SQL("%s AND %s AND %s", finalized, posted, self._due_differs()),
            ),
            ("state", none, self._state_differs()),
            (
                "unsent",
                none,
                SQL(
                    "COALESCE(d.status, 'draft') = 'draft' AND %s AND m.stripe_invoice",
                    posted,
                ),
            ),
        ]

    @api.model
    def _due_differs(self):
        # What was put off is asked for with another invoice, here or there.
        return SQL(
            """
            m.amount_residual <> d.amount_remaining
            AND m.amount_residual <> d.amount_remaining
                                     + COALESCE(d.amount_deferred, 0)
            AND NOT (d.status = 'uncollectible' AND m.amount_residual = 0)
            AND NOT EXISTS (
                SELECT 1 FROM account_payment p
                 WHERE p.stripe_document_id = d.id
                   AND p.stripe_reopened_id IS NOT NULL
            )
            """
        )

    @api.model
    def _state_differs(self):
        return SQL(
            """
            (d.status = 'void' AND m.state = 'posted'
                AND m.payment_state IN ('not_paid', 'partial'))
            OR (d.status = 'deleted' AND m.state = 'posted' AND m.stripe_invoice)
            OR (d.status IN ('open', 'uncollectible', 'paid') AND m.state <> 'posted')
            """
        )

    @api.depends("kind", "move_id", "document_id")
    def _compute_values(self):
        field = self.env["account.move"]._fields["state"]
        states = dict(field._description_selection(self.env))
        statuses = dict(self.env["stripe.document"]._selection_status())
        for row in self:
            move, document = row.move_id, row.document_id
            odoo, stripe = {
                "number": (move.name, document.stripe_number),
                "total": (
                    row._shown(move.amount_total),
                    row._shown(document.amount_total),
                ),
                "due": (
                    row._shown(move.amount_residual),
                    row._shown(document.amount_remaining),
                ),
                "state": (states[move.state], statuses.get(document.status)),
                "unsent": (states[move.state], False),
            }[row.kind]
            row.odoo_value, row.stripe_value = odoo or "–", stripe or "–"

    def _shown(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    # === WHAT CAN BE DONE === #

    def action_open(self):
        """Open the invoice, which says what can be done about it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def action_refresh(self):
        """Look at Stripe again, and take over what it says. For the billing group.

        What Odoo wants and Stripe has not got is tried once more.
        """
        self.check_access("read")
        unsent = self.filtered(lambda row: row.kind == "unsent").move_id
        unsent.action_stripe_retry()
        (self.move_id - unsent).action_stripe_refresh()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Stripe is asked. What agrees then leaves the list in a moment."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
