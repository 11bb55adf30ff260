import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..exceptions import sentence
from ..stripe_api.errors import NotFoundError, StripeApiError
from ..stripe_api.money import from_minor


class StripeInvoiceLink(models.TransientModel):
    """Link an invoice with one that is at Stripe already, after a look at it."""

    _name = "stripe.invoice.link"
    _description = "Link a Stripe Invoice"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    account_id = fields.Many2one(
        "stripe.account", "Stripe Account", compute="_compute_account_id"
    )
    stripe_id = fields.Char("Stripe ID", help="Empty: found by the invoice's number.")
    found_id = fields.Char(readonly=True)
    found_number = fields.Char("Number at Stripe", readonly=True)
    found_customer = fields.Char("Customer at Stripe", readonly=True)
    found_total = fields.Char("Total at Stripe", readonly=True)
    found_status = fields.Selection(
        selection=lambda self: self.env["stripe.document"]._selection_status(),
        string="State at Stripe",
        readonly=True,
    )
    note = fields.Text(readonly=True, help="What speaks for a second thought.")
    objections = fields.Text(readonly=True, help="What speaks against it.")

    @api.depends("move_id")
    def _compute_account_id(self):
        for dialog in self:
            company = dialog.move_id.company_id
            connected = company and company._stripe_company()
            dialog.account_id = connected and connected.stripe_account_id

    def action_look_up(self):
        """Show the invoice as Stripe has it now, and what speaks against the link."""
        self.ensure_one()
        invoice, payments = self._look_up()
        documents = self.env["stripe.document"]
        given = (self.move_id, self.account_id, invoice, payments)
        self.write(
            {
                "stripe_id": invoice["id"],
                "found_id": invoice["id"],
                "found_number": invoice["number"] or "–",
                "found_customer": invoice["customer_name"] or "–",
                "found_total": self._total(invoice),
                "found_status": invoice["status"],
                "note": self._note(invoice),
                "objections": "\n".join(documents._link_objections(*given)) or False,
            }
        )
        name = self.env._("Link a Stripe Invoice")
        return self._get_records_action(name=name, target="new")

    def action_link(self):
        """Link what was looked at; the worker then takes over what Stripe says.

        :raise UserError: it has not been looked at, or something speaks against it
        """
        self.ensure_one()
        if not self.found_id or self.stripe_id != self.found_id:
            raise UserError(self.env._("Look the invoice up first."))
        invoice, payments = self._look_up()
        documents = self.env["stripe.document"]
        given = (self.move_id, self.account_id, invoice, payments)
        if found := documents._link_objections(*given):
            raise UserError("\n".join(found))
        documents._link_invoice(*given)
        return {"type": "ir.actions.act_window_close"}

    def _look_up(self):
        """Return the invoice and its payments from Stripe.

        :raise UserError: there is none that is meant, with the reason
        """
        self.move_id._stripe_check_linking()
        account = self.account_id.sudo()
        if not account:
            company = self.move_id.company_id.name
            raise UserError(self.env._("%s is not connected to Stripe.", company))
        try:
            gateway = account._gateway()
            stripe_id = (self.stripe_id or "").strip() or self._find_by_number(gateway)
            if not re.fullmatch(r"in_\w{1,240}", stripe_id):
                raise UserError(
                    self.env._(
                        "This is no invoice of Stripe's. Copy its ID (in_…) from the "
                        "invoice's page in Stripe."
                    )
                )
            invoice = gateway.retrieve_invoice(stripe_id)
            return invoice, gateway.list_invoice_payments(stripe_id)
        except NotFoundError as error:
            text = self.env._(
                "%(account)s has no invoice %(invoice)s. It may be of the other mode "
                "(test or live), or of another account.",
                account=account.display_name,
                invoice=stripe_id,
            )
            raise UserError(text) from error
        except StripeApiError as error:
            raise UserError(sentence(self.env, error)) from error

    def _find_by_number(self, gateway):
        found = gateway.search_invoices(self.move_id.name)
        if len(found) != 1:
            raise UserError(
                self.env._(
                    "Stripe has %(count)s invoices of the number %(number)s. Copy the "
                    "ID (in_…) of the one that you mean from its page in Stripe.",
                    count=len(found),
                    number=self.move_id.name,
                )
            )
        return found[0]["id"]

    def _total(self, invoice):
        code = invoice["currency"].upper()
        amount = float(from_minor(invoice["total"], code))
        currency = self.env["stripe.posting"]._currency(code)
        return formatLang(self.env, amount, currency_obj=currency)

    def _note(self, invoice):
        """Return what differs without making a link impossible, empty if nothing."""
        rows = []
        if invoice["number"] != self.move_id.name:
            rows.append(
                self.env._(
                    "The numbers differ: the customer then has two numbers for one "
                    "sale, and the invoice will go on saying so."
                )
            )
        name = self.move_id.commercial_partner_id.name
        if (invoice["customer_name"] or "").casefold() != (name or "").casefold():
            rows.append(
                self.env._("In Odoo, the customer is %s. Is it the same?", name)
            )
        return "\n".join(rows) or False
