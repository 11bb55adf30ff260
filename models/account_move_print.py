from odoo import models


class AccountMove(models.Model):
    """What Odoo's own documents print of an invoice that Stripe has finalized."""

    _inherit = "account.move"

    def _stripe_printed_customer(self):
        """Return whom the invoice was finalized for, for Odoo's document.

        The contacts are virtual ones, so that addresses are laid out as Odoo does it
        for their country, in the language of the environment.

        :return: dict of ``contact``, ``shipping`` (a ``res.partner`` each, the second
            maybe empty) and ``tax_ids`` (list of texts); None for other invoices
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
            "tax_ids": [number for _kind, number in customer.get("tax_ids", ())],
        }

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
