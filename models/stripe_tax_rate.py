import json

from odoo import fields, models

from ..payloads.checkout import rate_params


class StripeTaxRate(models.Model):
    """A tax rate at Stripe, which the lines of a page name on which an order is paid.

    Invoices need none: their lines carry their taxes themselves.
    """

    _name = "stripe.tax.rate"
    _description = "Stripe Tax Rate"
    _inherit = ["stripe.call.mixin"]

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    rate = fields.Char(required=True, readonly=True, help="What it is, as JSON.")
    stripe_id = fields.Char("Stripe ID", readonly=True)

    _rate_uniq = models.Constraint(
        "UNIQUE(account_id, rate)", "An account has each tax rate once."
    )

    def _ensure(self, account, rates, gateway):
        """Return Stripe's ids of tax rates, which are made where there are none.

        Only the worker calls this: it commits before each request.

        :param account: the ``stripe.account``
        :param rates: see ``payloads.checkout.rates``
        :param gateway: the ``StripeGateway`` of the account
        :rtype: dict of rate → id
        """
        return {rate: self._find_or_make(account, rate, gateway) for rate in rates}

    def _find_or_make(self, account, rate, gateway):
        values = {"account_id": account.id, "rate": json.dumps(rate)}
        domain = [(name, "=", value) for name, value in values.items()]
        row = self.search(domain, limit=1) or self.create(values)
        if not row.stripe_id:
            if row.pending_call and not row._can_repeat_call():
                # One too many at Stripe does no harm.
                row.pending_call = False
            answer = row._stripe_call(
                "create_tax_rate", rate_params(rate), gateway.create_tax_rate
            )
            row.stripe_id = answer["id"]
        return row.stripe_id

    def _forget_if_gone(self, account, error):
        """Forget the account's rates if Stripe says that it cannot use one of them.

        The next step makes them anew then.

        :param RejectedError error: what Stripe answered to a request that names them
        :return: whether it said so
        """
        refused = "tax_rates" in (error.param or "")
        if refused:
            self.search([("account_id", "=", account.id)]).unlink()
        return refused
