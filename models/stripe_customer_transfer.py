from odoo import fields, models

from ..payloads.payment_method import payment_settings
from ..postings.transfer import transfer_account
from ..stripe_api.errors import RejectedError

TRANSFER = "customer_balance"


class StripeCustomer(models.Model):
    """The bank account at Stripe that is this customer's alone."""

    _inherit = "stripe.customer"

    transfer_accounts = fields.Json(
        readonly=True, copy=False, help="Where to transfer to, by currency."
    )

    def _learn_transfer(self, currency, country, gateway):
        """Ask Stripe where the customer transfers to, unless that is known.

        :param str currency: ISO 4217 code
        :param str country: of the Stripe account
        :raise RejectedError: Stripe has no such account for him
        :raise StripeApiError: see the gateway
        """
        known = self.transfer_accounts or {}
        if currency in known:
            return
        options = payment_settings((TRANSFER,), currency, country)
        wanted = options["payment_method_options"][TRANSFER]

        def send(params, key):
            return gateway.create_funding_instructions(self.stripe_id, params, key)

        params = {"currency": currency.lower(), **wanted}
        answer = self._stripe_call("funding", params, send)
        self.transfer_accounts = {**known, currency: transfer_account(answer)}


class StripeDocument(models.Model):
    """Learning where the customer can transfer to, before he is asked to."""

    _inherit = "stripe.document"

    def _finalize(self, gateway):
        # EXTENDS 'sale_stripe_invoice'
        invoice = self._snapshot()
        customer = self._customer()
        if TRANSFER in invoice.payment_method_types and customer.stripe_id:
            try:
                customer._learn_transfer(
                    invoice.currency, invoice.account_country, gateway
                )
            except RejectedError as error:
                # The page still tells it; no reason to hold the invoice back.
                text = self.env._("Stripe names no account to transfer to: %s", error)
                self._tell_history("stripe", text)
        return super()._finalize(gateway)


class AccountMove(models.Model):
    """Where to transfer to, on Odoo's own document."""

    _inherit = "account.move"

    def _stripe_transfer(self):
        """Return what is printed of the bank account at Stripe: labels and values.

        :return: empty unless the invoice is to be paid, and can be paid by transfer
        :rtype: list(tuple(str, str))
        """
        self.ensure_one()
        document = self.sudo().stripe_document_id
        offered = (document.snapshot or {}).get("payment_method_types", ())
        if TRANSFER not in offered or self._stripe_door() != "payable":
            return []
        accounts = document._customer().transfer_accounts or {}
        account = accounts.get(self.currency_id.name) or {}
        labels = {
            "account_holder_name": self.env._("Account holder"),
            "bank_name": self.env._("Bank"),
            "branch_name": self.env._("Branch"),
            "iban": self.env._("IBAN"),
            "bic": self.env._("BIC"),
            "sort_code": self.env._("Sort code"),
            "clabe": self.env._("CLABE"),
            "routing_number": self.env._("Routing number"),
            "account_number": self.env._("Account number"),
        }
        rows = [(labels[name], account[name]) for name in labels if name in account]
        # By its number Stripe finds the invoice that a transfer is for.
        return rows and [*rows, (self.env._("Reference"), document.stripe_number)]
