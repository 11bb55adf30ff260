from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ..postings.payout import payout_posting
from ..stripe_api.money import from_minor
from .event_values import utc


class StripePayout(models.Model):
    """One payout to the bank, what it holds, and whether that adds up.

    It is booked by its movement of the balance, like everything else: from the balance
    to the transfer account, where the bank's line meets it.
    """

    _name = "stripe.payout"
    _inherit = ["stripe.object.mixin"]
    _description = "Stripe Payout"
    _order = "created_at desc, id desc"
    _rec_name = "stripe_id"

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    balance_id = fields.Many2one("stripe.balance", required=True, readonly=True)
    journal_id = fields.Many2one(related="balance_id.journal_id", store=True)
    currency_id = fields.Many2one(related="balance_id.currency_id")
    stripe_id = fields.Char("Stripe ID", required=True, readonly=True)
    created_at = fields.Datetime("Created at Stripe", readonly=True)
    arrival_date = fields.Date(
        "Arrival", readonly=True, help="When Stripe expects it to be with the bank."
    )
    amount = fields.Monetary(readonly=True)
    status = fields.Selection(
        [
            ("pending", "Pending"),
            ("in_transit", "On Its Way"),
            ("paid", "Paid Out"),
            ("failed", "Failed"),
            ("canceled", "Cancelled"),
        ],
        readonly=True,
    )
    automatic = fields.Boolean(
        readonly=True, help="Stripe chose the amount, and says what it holds."
    )
    instant = fields.Boolean(readonly=True)
    reference = fields.Char(
        "Bank Reference", readonly=True, help="What the bank's line may say."
    )
    failure = fields.Char("Why It Failed", readonly=True)
    original_ref = fields.Char(
        "Takes Back", readonly=True, help="ID of the payout that this one reverses."
    )
    settled = fields.Boolean(readonly=True)
    itemized = fields.Boolean(readonly=True)
    items_read = fields.Boolean(readonly=True)
    older_amount = fields.Monetary(
        "Items Before the Start",
        readonly=True,
        help="What it holds that had moved the balance before your books began.",
    )
    item_ids = fields.One2many("stripe.balance.transaction", "payout_id", "Items")
    movement_ids = fields.Many2many(
        "stripe.balance.transaction",
        compute="_compute_movement_ids",
        string="Movements",
        help="The payout itself, and what came back of it.",
    )
    fee = fields.Monetary(compute="_compute_movement_ids", help="Of an instant payout.")
    items_amount = fields.Monetary("Sum of Items", compute="_compute_difference")
    difference = fields.Monetary(compute="_compute_difference")
    running_balance = fields.Monetary(
        "Balance After It",
        compute="_compute_running_balance",
        help="Stripe cannot say what a manual payout holds; this is what was left.",
    )
    proof = fields.Selection(
        [
            ("waiting", "Waiting for Stripe"),
            ("exact", "Adds Up"),
            ("differs", "Differs"),
            ("balance", "By Balance"),
        ],
        compute="_compute_difference",
        help="By Balance: a manual payout, compared with the balance only.",
    )

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "A payout is stored once."
    )

    # === WHAT IT HOLDS === #

    def _compute_movement_ids(self):
        rows = self.env["stripe.balance.transaction"].search(
            [
                ("account_id", "in", self.account_id.ids),
                ("source", "in", self.mapped("stripe_id")),
            ]
        )
        found = rows.grouped(lambda row: (row.account_id, row.source))
        for payout in self:
            own = found.get((payout.account_id, payout.stripe_id), rows.browse())
            payout.movement_ids = own
            payout.fee = sum(own.mapped("fee")) + sum(own.mapped("tax"))

    @api.depends("item_ids.net", "amount", "items_read", "automatic", "older_amount")
    def _compute_difference(self):
        for payout in self:
            payout.items_amount = sum(payout.item_ids.mapped("net"))
            total = payout.items_amount + payout.older_amount
            payout.difference = payout.amount - total if payout.items_read else 0
            if not payout.automatic:
                payout.proof = "balance"
            elif not payout.items_read:
                payout.proof = "waiting"
            else:
                differs = payout.currency_id.compare_amounts(payout.amount, total)
                payout.proof = "differs" if differs else "exact"

    def _compute_running_balance(self):
        rows = self.env["stripe.balance.transaction"]
        for payout in self:
            own = payout.movement_ids.sorted(lambda row: (row.created_at, row.id))[:1]
            before = Domain("created_at", "<", own.created_at)
            before |= Domain("created_at", "=", own.created_at) & Domain(
                "id", "<=", own.id
            )
            domain = Domain("balance_id", "=", payout.balance_id.id) & before
            total = rows._read_group(domain, aggregates=["net:sum"]) if own else []
            moved = total[0][0] if total else 0
            payout.running_balance = payout.balance_id.opening + moved

    # === OBSERVING === #

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        """Read payouts; see the mixin."""
        return {one: gateway.retrieve_payout(one) for one in sorted(stripe_ids)}

    @api.model
    def _take_over_objects(self, account, found):
        """Apply payouts as they are now; see the mixin."""
        self._take_over(account, found.values())
        return {}

    @api.model
    def _take_over_sources(self, account, gateway, entries):
        """Apply the payouts that have moved the balance, and read what they hold.

        :param list entries: BalanceTransactions with their sources
        :return: problems, see :meth:`stripe.account._store_all_but_bad`
        """
        sources = (entry.get("source") for entry in entries)
        found = {
            source["id"]: source
            for source in sources
            if isinstance(source, dict) and source["object"] == "payout"
        }
        problems = account._store_all_but_bad(
            found, lambda good: self._take_over(account, good)
        )
        return problems | self._read_items(account, gateway)

    @api.model
    def _take_over(self, account, bodies):
        """Make or change the payouts; the later word of the same list counts."""
        ids = [body["id"] for body in bodies]
        domain = [("account_id", "=", account.id), ("stripe_id", "in", ids)]
        known = {row.stripe_id: row for row in self.search(domain)}
        new = []
        for body in bodies:
            values = self._values(account, body)
            if row := known.get(body["id"]):
                row.write(values)
            else:
                new.append(values)
        self.create(new)

    @api.model
    def _values(self, account, body):
        posting = payout_posting(body)
        rows = self.env["stripe.balance.transaction"]
        currency = rows._currency(posting.currency)
        return {
            "account_id": account.id,
            "balance_id": account._balance_in(currency).id,
            "stripe_id": posting.stripe_ref,
            "created_at": utc(body["created"]),
            "arrival_date": posting.arrival,
            "amount": float(posting.amount),
            "status": posting.status,
            "automatic": posting.automatic,
            "instant": posting.instant,
            "itemized": posting.itemized,
            "settled": posting.settled,
            "reference": posting.reference,
            "failure": posting.failure,
            "original_ref": posting.original,
        }

    @api.model
    def _read_items(self, account, gateway):
        """Ask once what each automatic payout holds, as soon as Stripe can tell.

        :return: problems, see :meth:`stripe.account._store_all_but_bad`
        """
        waiting = self.search(
            [
                ("account_id", "=", account.id),
                ("itemized", "=", True),
                ("items_read", "=", False),
            ]
        )
        found = {
            payout.stripe_id: (payout, gateway.list_payout_items(payout.stripe_id))
            for payout in waiting
        }

        def keep(read):
            for payout, entries in read:
                payout._keep_items(entries)

        return account._store_all_but_bad(found, keep)

    def _keep_items(self, entries):
        """Take note of what a payout holds.

        :param list entries: its BalanceTransactions
        """
        held = [one for one in entries if one["source"] != self.stripe_id]
        ids = [one["id"] for one in held]
        items = self.env["stripe.balance.transaction"].search(
            [("account_id", "=", self.account_id.id), ("stripe_id", "in", ids)]
        )
        known = set(items.mapped("stripe_id"))
        older = sum(one["net"] for one in held if one["id"] not in known)
        items.write({"payout_id": self.id})
        self.write(
            {
                "items_read": True,
                "older_amount": float(from_minor(older, self.currency_id.name)),
            }
        )
        self._ask_about_difference()

    def _ask_about_difference(self):
        """Name the difference of a payout whose items do not add up."""
        if self.proof != "differs":
            return
        self.account_id._ask(
            lambda env: env._("A Stripe payout does not add up"),
            lambda env: env._(
                "%(payout)s pays out %(amount)s, and its items add up to %(items)s. "
                "Compare it with Stripe's dashboard.",
                payout=self.stripe_id,
                amount=formatLang(env, self.amount, currency_obj=self.currency_id),
                items=formatLang(
                    env,
                    self.items_amount + self.older_amount,
                    currency_obj=self.currency_id,
                ),
            ),
        )

    @api.model
    def _refresh_open(self, account, gateway):
        """Read the payouts that may have changed without a word of Stripe's."""
        waiting = self.search(
            [("account_id", "=", account.id), ("settled", "=", False)]
        )
        found = self._look_at(account, gateway, set(waiting.mapped("stripe_id")))
        self._take_over(account, found.values())


class StripeBalanceTransaction(models.Model):
    """The payout that pays a movement out."""

    _inherit = "stripe.balance.transaction"

    payout_id = fields.Many2one(
        "stripe.payout", readonly=True, index="btree_not_null", ondelete="set null"
    )


class StripeEvent(models.Model):
    """Payouts have events of their own."""

    _inherit = "stripe.event"

    @api.model
    def _object_models(self):
        return {**super()._object_models(), "payout": "stripe.payout"}
