from odoo import models

from ..lifecycle import FINALIZED, Status


class AccountMove(models.Model):
    """What Odoo's own documents print of an invoice that Stripe has finalized."""

    _inherit = "account.move"

    def _stripe_is_copy(self):
        """Tell whether Stripe's document is the invoice by law, and Odoo's a copy.

        What was so when the invoice was sent stays so.
        """
        self.ensure_one()
        document = self.sudo().stripe_document_id
        # What Stripe made of a payment has a number of its own.
        if not document or document.checkout_id:
            return False
        if Status(document.status or "") not in FINALIZED and not document.pending:
            return False
        if document.snapshot:
            return document._snapshot().legal_document == "stripe"
        return document.account_id.legal_document == "stripe"

    def _stripe_printed_customer(self):
        """Return whom the invoice was finalized for, for Odoo's document.

        The contacts are virtual ones, so that addresses are laid out as Odoo does it
        for their country, in the language of the environment.

        :return: dict of ``contact``, ``shipping`` (a ``res.partner`` each, the second
            maybe empty) and ``tax_ids`` (pairs of label and number); None for other
            invoices
        """
        self.ensure_one()
        customer = self.sudo().stripe_document_id.customer
        if not customer:
            return None
        shipping = customer.get("shipping", {})
        contacts = self.env["res.partner"].sudo()
        return {
            "contact": self._stripe_virtual_contact(customer),
            "shipping": self._stripe_virtual_contact(shipping)
            if shipping
            else contacts,
            "tax_ids": [
                (self._stripe_tax_label(kind), number)
                for kind, number in customer.get("tax_ids", ())
            ],
        }

    def _stripe_tax_label(self, kind):
        """Return what a tax ID is called in print.

        :param str kind: Stripe's type of it: ``eu_vat``, ``fr_siret``, ``us_ein`` ...
        """
        name = kind.partition("_")[2].upper()
        label = self.company_id.account_fiscal_country_id.vat_label
        return label if label and name == "VAT" else name

    def _stripe_virtual_contact(self, found):
        """Return a contact that exists nowhere but in print.

        :param dict found: what Stripe has of him: ``name``, ``address`` ...
        """
        address = found.get("address", {})
        code = address.get("country", "")
        country = self.env["res.country"].search([("code", "=", code)], limit=1)
        state = self.env["res.country.state"].search(
            [("country_id", "=", country.id), ("code", "=", address.get("state"))],
            limit=1,
        )
        city = [address.get("city"), not state and address.get("state")]
        values = {
            "name": found.get("name"),
            "phone": found.get("phone"),
            "email": found.get("email"),
            "street": address.get("line1"),
            "street2": address.get("line2"),
            "zip": address.get("postal_code"),
            "city": " ".join(filter(None, city)),
            "state_id": state.id,
            "country_id": country.id,
            "lang": self.env.lang,
        }
        return self.env["res.partner"].sudo().new(values)
