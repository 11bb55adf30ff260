"""Who an invoice is for, as it will be printed."""

import dataclasses

from odoo.tools import email_normalize

from ...const import MAX_NAME
from ..contact import locale, phone, state
from ..document import AddressSnapshot, CustomerSnapshot
from ..tax_id import tax_ids
from .error import Objection

# Further numbers that Odoo's localizations keep on a contact, by Stripe's type.
NUMBERS = {
    "it_cf": "l10n_it_codice_fiscale",
    "my_sst": "sst_registration_number",
    "sg_uen": "l10n_sg_unique_entity_number",
}
# What the one field of the Canadian localization holds depends on the province.
PROVINCES = {"BC": "ca_pst_bc", "MB": "ca_pst_mb", "SK": "ca_pst_sk", "QC": "ca_qst"}


def freeze_customer(move):
    """Return who the invoice is for, as it will be printed.

    Name and tax number are the company's, address and e-mail the invoice contact's.

    :rtype: CustomerSnapshot
    """
    customer = freeze_partner(
        move.partner_id, move.partner_shipping_id, move.company_id
    )
    waived = move.sudo().stripe_document_id._waived_tax_ids()
    kept = [pair for pair in customer.tax_ids if pair[1] not in waived]
    return dataclasses.replace(customer, tax_ids=tuple(kept))


def freeze_partner(contact, delivery, company):
    """Return a contact as a customer of Stripe's.

    :param contact: the ``res.partner`` that an invoice is for
    :param delivery: where it is delivered to; nothing if that is the same contact
    :param company: the ``res.company`` that sells, whose language is the last resort
    :rtype: CustomerSnapshot
    """
    owner = contact.commercial_partner_id
    shipped = delivery and delivery != contact
    return CustomerSnapshot(
        name=_text(owner.name or contact.name)[:MAX_NAME],
        email=_email(contact) or _email(owner),
        phone=phone(contact.phone or "") or phone(owner.phone or ""),
        address=_address(contact),
        shipping_name=_text(delivery.display_name)[:MAX_NAME] if shipped else "",
        shipping_phone=phone(delivery.phone or "") if shipped else "",
        shipping_address=_address(delivery) if shipped else AddressSnapshot(),
        tax_ids=_tax_ids(owner),
        # Never empty if it can be helped: Stripe takes no language away again.
        locale=locale(contact.lang or owner.lang or company.partner_id.lang or ""),
    )


def _tax_ids(owner):
    return tax_ids(
        owner.vat or "",
        owner.country_id.code or "",
        owner.state_id.code or "",
        owner.company_registry or "",
        _further_numbers(owner),
    )


def _further_numbers(owner):
    fields = dict(NUMBERS)
    province = PROVINCES.get(owner.state_id.code)
    if province and owner.country_id.code == "CA":
        fields[province] = "l10n_ca_pst"
    return {
        kind: owner[name] or ""
        for kind, name in fields.items()
        if name in owner._fields
    }


def _email(partner):
    return email_normalize(partner.email or "", strict=False) or ""


def _address(partner):
    country = partner.country_id.code or ""
    region = partner.state_id
    return AddressSnapshot(
        line1=_text(partner.street),
        line2=_text(partner.street2),
        city=_text(partner.city),
        state=state(region.code or "", region.name or "", country),
        postal_code=_text(partner.zip),
        country=country,
    )


def _text(value):
    return " ".join((value or "").split())


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
