from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lifecycle import FINALIZED, Status, Target

# How the money comes: the most particular choice counts, invoice before contact.
COLLECTIONS = [
    ("request", "Ask the customer to pay"),
    ("charge", "Charge the stored payment method"),
]
COLLECTION_HELP = (
    "Charged is what the customer has stored at Stripe, if he has agreed to it, as "
    "soon as the invoice is open there. Without it, he is asked to pay."
)


class StripeAccount(models.Model):
    """How the company collects what it invoices."""

    _inherit = "stripe.account"

    collection = fields.Selection(
        COLLECTIONS,
        "How Invoices Are Collected",
        required=True,
        default="request",
        help=COLLECTION_HELP,
    )


class ResPartner(models.Model):
    """How this customer pays, if otherwise than the others."""

    _inherit = "res.partner"

    stripe_collection = fields.Selection(
        COLLECTIONS,
        company_dependent=True,
        help=f"{COLLECTION_HELP} Empty: as the company does it.",
    )


class SaleOrder(models.Model):
    """How the invoices of this order are collected."""

    _inherit = "sale.order"

    stripe_collection = fields.Selection(
        COLLECTIONS,
        help=f"{COLLECTION_HELP} Empty: as it is done for the customer.",
    )

    def _prepare_invoice(self):
        # EXTENDS 'sale'
        chosen = {"stripe_collection": self.stripe_collection}
        return {**super()._prepare_invoice(), **chosen}

    def _get_invoice_grouping_keys(self):
        # EXTENDS 'sale': orders that differ here do not share an invoice.
        return [*super()._get_invoice_grouping_keys(), "stripe_collection"]


class AccountMove(models.Model):
    """How this invoice is collected."""

    _inherit = "account.move"

    stripe_collection = fields.Selection(
        COLLECTIONS,
        help=f"{COLLECTION_HELP} Empty: as it is done for the customer.",
    )
    stripe_charge_at = fields.Datetime(related="stripe_document_id.charge_at")
    stripe_stored_method = fields.Char(compute="_compute_stripe_stored_method")

    @api.depends("stripe_document_id", "commercial_partner_id")
    def _compute_stripe_stored_method(self):
        documents = self.sudo().stripe_document_id
        customers = documents.env["stripe.customer"].search(
            [
                ("account_id", "in", documents.account_id.ids),
                ("partner_id", "in", self.commercial_partner_id.ids),
            ]
        )
        labels = {
            (row.account_id, row.partner_id): row.method_label for row in customers
        }
        for move in self:
            account = move.sudo().stripe_document_id.account_id
            owner = move.sudo().commercial_partner_id
            move.stripe_stored_method = labels.get((account, owner), False)

    def write(self, vals):
        """Refuse to change how an invoice is collected that is collected already.

        :raise UserError: it has been confirmed
        """
        if "stripe_collection" in vals:
            wanted = vals["stripe_collection"] or False
            late = self.filtered(
                lambda move: move.state == "posted" and move.stripe_collection != wanted
            )
            if late:
                raise UserError(
                    self.env._(
                        "%s is confirmed, and collected as it was agreed then. To "
                        "charge it, use Charge Now.",
                        ", ".join(late.mapped("name")),
                    )
                )
        return super().write(vals)

    def _stripe_collects(self):
        """Tell whether the stored payment method is charged without a request."""
        self.ensure_one()
        partner = self.commercial_partner_id.with_company(self.company_id)
        account = self.company_id._stripe_company().stripe_account_id
        chosen = self.stripe_collection or partner.stripe_collection
        return (chosen or account.collection) == "charge"

    def _stripe_push(self):
        # EXTENDS 'sale_stripe_invoice'
        result = super()._stripe_push()
        documents = self.sudo().stripe_document_id
        collected = documents.filtered(lambda row: row.move_id._stripe_collects())
        (documents - collected).filtered("charge_at").charge_at = False
        # What is open already was charged, or is for a person to charge.
        collected.filtered(
            lambda row: (
                row.target == Target.OPEN.value
                and Status(row.status or "") not in FINALIZED
            )
        )._agree_charge()
        return result

    # === ONE ACT ON MANY === #

    def _stripe_no_consent(self):
        """Return that the customer has not agreed to be charged, empty if he has."""
        if self.sudo().stripe_document_id._customer().consent_at:
            return ""
        return self.env._(
            "%(invoice)s: no consent of %(customer)s to be charged is recorded. Record "
            "it on the contact, or ask the customer to store a payment method.",
            invoice=self.name,
            customer=self.commercial_partner_id.name,
        )
