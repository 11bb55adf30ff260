from collections import namedtuple
from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

ACTIVITY = "sale_stripe_invoice.mail_activity_type_stripe_difference"

# One reason why the books differ from Stripe, with its amount and what it is about.
Reason = namedtuple("Reason", "kind amount label record")


class StripeBalance(models.Model):
    """The proof: Stripe's balance, Odoo's, and what explains a difference.

    The reasons always add up to the difference: whatever Stripe has moved is either
    booked as it is, or one of them.
    """

    _inherit = "stripe.balance"

    missing = fields.Monetary(
        "Not Imported Yet",
        readonly=True,
        help="What Stripe holds and none of the movements that it listed explains.",
    )
    to_compare = fields.Boolean(readonly=True)
    booked = fields.Monetary("Balance in Odoo", readonly=True)
    difference = fields.Monetary(
        readonly=True, help="After the last import, the opening balance left out."
    )
    explanation = fields.Text(readonly=True)

    # === WHAT STRIPE SAID === #

    def _note(self, amount, at):
        """Store what Stripe holds now.

        :param float amount: pending and available together
        :param datetime at: UTC
        """
        self.ensure_one()
        moved = self._moved(Domain.TRUE)
        if not self.read_at:
            self.opening = amount - moved
        missing = self.currency_id.round(amount - self.opening - moved)
        if missing and not self.missing:
            # Something was not listed: all of it is listed once more.
            self.account_id.balance_read_until = 0
            self.account_id._want_balance()
        self.write(
            {"amount": amount, "read_at": at, "missing": missing, "to_compare": True}
        )

    def _moved(self, domain):
        """Return the sum of the movements that Stripe has listed."""
        rows = self.env["stripe.balance.transaction"]
        domain = Domain("balance_id", "=", self.id) & domain
        ((total,),) = rows._read_group(domain, aggregates=["net:sum"])
        return total or 0.0

    # === THE PROOF === #

    @api.model
    def _compare(self):
        """Compare what was just read with the books, and name the difference."""
        for found in self.search([("to_compare", "=", True)]):
            balance = found.with_context(lang=found.account_id._language())
            # Not today: in a closed period, entries have a day that is yet to come.
            reasons = balance._reasons(date.max)
            wrong = [reason for reason in reasons if reason.kind != "before_start"]
            difference = balance.currency_id.round(sum(one.amount for one in wrong))
            changed = balance.currency_id.compare_amounts(
                difference, balance.difference
            )
            balance.write(
                {
                    "to_compare": False,
                    "booked": balance._booked(date.max),
                    "difference": difference,
                    "explanation": balance._told(balance.env, wrong),
                }
            )
            if changed:
                balance._tell(wrong)

    def _tell(self, reasons):
        """Raise an activity that names the difference, or take it back."""
        account = self.account_id
        if not any(account.balance_ids.mapped("difference")):
            account.activity_unlink([ACTIVITY])
            return
        account._ask(
            lambda env: env._("Stripe's balance differs from the books"),
            lambda env: env._(
                "%(journal)s differs from Stripe by %(difference)s:\n%(reasons)s",
                journal=self.journal_id.display_name,
                difference=self._money(env, self.difference),
                reasons=self._told(env, reasons),
            ),
            ACTIVITY,
        )

    def _told(self, env, reasons):
        """Return the reasons, one a line, in the language of an environment."""
        return "\n".join(
            f"{self._money(env, reason.amount)}: {reason.label(env)}"
            for reason in reasons
        )

    def _money(self, env, amount):
        return formatLang(env, amount, currency_obj=self.currency_id)

    def _at_stripe(self, day):
        """Return what Stripe held at the end of a day, as far as it has been read."""
        return self.currency_id.round(
            self.amount - self._moved(Domain("date", ">", day))
        )

    def _pending(self, day):
        """Return how much of that could not be paid out yet."""
        later = Domain(
            "available_at",
            ">",
            fields.Datetime.end_of(fields.Datetime.to_datetime(day), "day"),
        )
        return self._moved(Domain("date", "<=", day) & later)

    def _booked(self, day):
        """Return the balance of the journal in Odoo at the end of a day."""
        return self._sum_of_items(Domain("date", "<=", day))

    def _sum_of_items(self, domain):
        items = self.env["account.move.line"]
        field = self._amount_field()
        ((total,),) = items._read_group(
            self._items_domain() & domain, aggregates=[f"{field}:sum"]
        )
        return total or 0.0

    def _amount_field(self):
        own = self.currency_id == self.company_id.currency_id
        return "balance" if own else "amount_currency"

    def _items_domain(self):
        return Domain(
            [
                ("account_id", "=", self.journal_id.default_account_id.id),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
            ]
        )

    # === THE REASONS === #

    def _reasons(self, day):
        """Return what explains Stripe's balance less Odoo's at the end of a day.

        :return: list of ``Reason``; their labels are functions of an environment
        """
        self.ensure_one()
        reasons = [*self._before_start(), *self._by_hand(day), *self._of_rows(day)]
        if self.missing:
            reasons.insert(
                0,
                Reason(
                    "missing",
                    self.missing,
                    lambda env: env._("Not imported yet"),
                    None,
                ),
            )
        return [one for one in reasons if not self.currency_id.is_zero(one.amount)]

    def _foreign_items(self, domain):
        """Return the items of the journal's account that no movement has booked."""
        ours = Domain("statement_line_id.stripe_transaction_ids", "=", False)
        return self.env["account.move.line"].search(
            self._items_domain()
            & (Domain("statement_line_id", "=", False) | ours)
            & domain,
            order="date, id",
        )

    def _before_start(self):
        """Return what Stripe held before the start and nobody has booked."""
        start = self.account_id.import_start
        before = self._foreign_items(Domain("date", "<", start)) if start else []
        amount = self.opening - sum(self._amount_of(item) for item in before)
        return [
            Reason(
                "before_start",
                amount,
                lambda env: env._("Held before the books started"),
                None,
            )
        ]

    def _by_hand(self, day):
        """Return the entries on the journal's account that Stripe knows nothing of."""
        start = self.account_id.import_start
        domain = Domain("date", "<=", day)
        if start:
            domain &= Domain("date", ">=", start)
        return [
            Reason(
                "by_hand",
                -self._amount_of(item),
                lambda env, item=item: env._(
                    "Booked by hand: %(entry)s of %(date)s",
                    entry=item.move_id.name,
                    date=format_date(env, item.date),
                ),
                item.move_id,
            )
            for item in self._foreign_items(domain)
        ]

    def _amount_of(self, item):
        return item[self._amount_field()]

    def _of_rows(self, day):
        """Return the movements that are not booked as Stripe has them, on its day."""
        self.env.flush_all()
        field = SQL.identifier("l", self._amount_field())
        self.env.cr.execute(
            SQL(
                """
                SELECT t.id, m.date, COALESCE(SUM(%s), 0)
                  FROM stripe_balance_transaction t
             LEFT JOIN account_bank_statement_line s ON s.id = t.statement_line_id
             LEFT JOIN account_move m ON m.id = s.move_id AND m.state = 'posted'
             LEFT JOIN account_move_line l ON l.move_id = m.id AND l.account_id = %s
                 WHERE t.balance_id = %s AND (t.date <= %s OR m.date <= %s)
              GROUP BY t.id, m.id
                HAVING m.id IS NULL OR m.date <> t.date
                    OR COALESCE(SUM(%s), 0) <> t.net
              ORDER BY t.date, t.id
                """,
                field,
                self.journal_id.default_account_id.id,
                self.id,
                day,
                day,
                field,
            )
        )
        rows = self.env["stripe.balance.transaction"]
        found = [
            (rows.browse(row_id), booked_on, float(amount))
            for row_id, booked_on, amount in self.env.cr.fetchall()
        ]
        return [self._of_row(*one, day) for one in found]

    def _of_row(self, row, booked_on, amount, day):
        """Return why one movement makes a difference.

        :param booked_on: day of its entry, None if it is not posted
        :param float amount: what its entry has on the journal's account
        """
        at_stripe = row.net if row.date <= day else 0
        in_odoo = amount if booked_on and booked_on <= day else 0
        if not booked_on:
            kind, label = (
                "not_booked",
                lambda env: env._(
                    "Not booked yet: %(movement)s %(error)s",
                    movement=row._told(env),
                    error=row.error or "",
                ),
            )
        elif at_stripe and in_odoo:
            kind, label = (
                "changed",
                lambda env: env._(
                    "Changed by hand: %(entry)s (%(movement)s)",
                    entry=row.move_id.name,
                    movement=row._told(env),
                ),
            )
        else:
            kind, label = (
                "other_day",
                lambda env: env._(
                    "Booked on %(date)s, the period being closed: %(movement)s",
                    date=format_date(env, booked_on),
                    movement=row._told(env),
                ),
            )
        return Reason(kind, at_stripe - in_odoo, label, row.move_id or row)
