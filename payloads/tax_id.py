"""From a tax number in Odoo to Stripe's type and value.

Source of the types: https://docs.stripe.com/billing/customer/tax-ids
"""

import re

# ISO countries whose VAT number is a European one, with the prefix that it carries.
EU_PREFIXES = {
    **{code: code for code in "AT BE BG CY CZ DE DK EE ES FI FR HR HU".split()},
    **{code: code for code in "IE IT LT LU LV MT NL PL PT RO SE SI SK".split()},
    "GR": "EL",
    "XI": "XI",
}
# Other countries: the type, and the value as Stripe writes it is Odoo's.
OTHER_TYPES = {
    "AU": "au_abn",
    "CA": "ca_gst_hst",
    "CH": "ch_vat",
    "GB": "gb_vat",
    "IN": "in_gst",
    "IS": "is_vat",
    "JP": "jp_cn",
    "LI": "li_uid",
    "MX": "mx_rfc",
    "NO": "no_vat",
    "NZ": "nz_gst",
    "SG": "sg_gst",
    "US": "us_ein",
    "ZA": "za_vat",
}


def tax_ids(vat: str, country: str) -> tuple[tuple[str, str], ...]:
    """Return the tax ids of a contact as pairs of Stripe's type and the value.

    :param vat: Odoo's ``vat``; ``/`` means that there is none
    :param country: ISO 3166 code of the contact's country, empty if unknown
    :return: empty when there is no number or Stripe has no type for it
    """
    value = re.sub(r"\s+", "", vat)
    if not value or value == "/":
        return ()
    compact = re.sub(r"[.\-]", "", value).upper()
    prefix = compact[:2]
    if prefix in EU_PREFIXES.values():
        return (("eu_vat", compact),)
    if country in EU_PREFIXES:
        return (("eu_vat", EU_PREFIXES[country] + compact),)
    if country in OTHER_TYPES:
        return ((OTHER_TYPES[country], value),)
    return ()
