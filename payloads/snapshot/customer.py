"""Who an invoice is for, as it will be printed."""

import dataclasses

from odoo.tools import email_normalize

from ...const import MAX_EMAIL, MAX_NAME
from ..contact import locale, phone, state
from ..document import AddressSnapshot, CustomerSnapshot
from ..tax_id import tax_ids
from .error import Objection
from .tax_kind import tax_status

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

    :param move: one ``account.move``
    :rtype: CustomerSnapshot
    """
    customer = freeze_partner(
        move.partner_id, move.partner_shipping_id, move.company_id
    )
    waived = move.sudo().stripe_document_id._waived_tax_ids()
    kept = [pair for pair in customer.tax_ids if pair[1] not in waived]
    return dataclasses.replace(
        customer, tax_ids=tuple(kept), tax_exempt=tax_status(move)
    )


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
    email = email_normalize(partner.email or "", strict=False) or ""
    return email if len(email) <= MAX_EMAIL else ""


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

    :param move: one ``account.move``
    """
    contact = move.partner_id
    owner = contact.commercial_partner_id
    if contact == move.env.ref("base.public_partner", raise_if_not_found=False):
        text = move.env._(
            "The invoice is for nobody in particular. Choose the contact it is for."
        )
        yield Objection("customer_public", text, move)
        return
    if not _text(owner.name or contact.name):
        text = move.env._("The customer has no name. Add it to the contact.")
        yield Objection("name_missing", text, owner)
    if not (_email(contact) or _email(owner)):
        text = move.env._(
            "%(customer)s has no valid e-mail address, and Stripe asks for one. "
            "Add it to the contact and try again.",
            customer=contact.display_name,
        )
        yield Objection("email_missing", text, contact)
    has_number = any(sign.isdigit() for sign in owner.vat or "")
    if has_number and not owner.country_id and not _tax_ids(owner):
        text = move.env._(
            "%(customer)s has the tax ID %(number)s, but no country, so nobody can "
            "tell whose number it is. Add the country to the contact and try again.",
            customer=owner.display_name,
            number=owner.vat,
        )
        yield Objection("country_missing", text, owner)
