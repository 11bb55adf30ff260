"""Who an invoice is for, as it will be printed."""

from odoo.tools import email_normalize

from ...const import MAX_NAME, MAX_PHONE
from ..document import AddressSnapshot, CustomerSnapshot
from ..tax_id import tax_ids
from .error import Objection


def freeze_customer(move):
    """Return who the invoice is for, as it will be printed.

    Name and tax number are the company's, address and e-mail the invoice contact's.

    :rtype: CustomerSnapshot
    """
    contact = move.partner_id
    company = contact.commercial_partner_id
    delivery = move.partner_shipping_id
    shipped = delivery and delivery != contact
    return CustomerSnapshot(
        name=(company.name or contact.name or "")[:MAX_NAME],
        email=_email(contact) or _email(company),
        phone=_phone(contact) or _phone(company),
        address=_address(contact),
        shipping_name=(delivery.display_name or "")[:MAX_NAME] if shipped else "",
        shipping_phone=_phone(delivery) if shipped else "",
        shipping_address=_address(delivery) if shipped else AddressSnapshot(),
        tax_ids=tax_ids(company.vat or "", company.country_id.code or ""),
        locale=(contact.lang or "").replace("_", "-").partition("@")[0],
    )


def _email(partner):
    return email_normalize(partner.email or "", strict=False) or ""


def _phone(partner):
    phone = (partner.phone or "").strip()
    return phone if len(phone) <= MAX_PHONE else ""


def _address(partner):
    return AddressSnapshot(
        line1=partner.street or "",
        line2=partner.street2 or "",
        city=partner.city or "",
        state=partner.state_id.code or "",
        postal_code=partner.zip or "",
        country=partner.country_id.code or "",
    )


def check_customer(move):
    """Yield what speaks against the customer of an invoice, as ``Objection``.

    Source: https://docs.stripe.com/api/invoices/create (collection_method).
    """
    contact = move.partner_id
    if not (_email(contact) or _email(contact.commercial_partner_id)):
        text = move.env._(
            "%(customer)s has no valid e-mail address, and Stripe asks for one. "
            "Add it to the contact and try again.",
            customer=contact.display_name,
        )
        yield Objection("email_missing", text, contact)
