"""From a tax number in Odoo to Stripe's type and value.

Source of the types, and of how each is written:
https://docs.stripe.com/billing/customer/tax-ids
"""

import re
from collections.abc import Callable

# ISO countries whose VAT number is a European one, with the prefix that it carries.
EU_PREFIXES = {
    **{code: code for code in "AT BE BG CY CZ DE DK EE ES FI FR HR HU".split()},
    **{code: code for code in "IE IT LT LU LV MT NL PL PT RO SE SI SK".split()},
    "GR": "EL",
    "XI": "XI",
}
# Countries whose own numbers begin with letters that only look like such a prefix.
LETTERED = frozenset({"MX"})


def tax_ids(vat: str, country: str) -> tuple[tuple[str, str], ...]:
    """Return the tax ids of a contact as pairs of Stripe's type and the value.

    The value is written as Stripe writes it; whether it is valid is for Stripe to say.

    :param vat: Odoo's ``vat``; ``/``, or any text without a digit, means none
    :param country: ISO 3166 code of the contact's country, empty if unknown
    :return: empty when there is no number or Stripe has no type for it
    """
    if not _digits(vat):
        return ()
    compact = _compact(vat)
    # Some write the Greek prefix as the country's code.
    if country == "GR":
        compact = re.sub(r"^GR", "EL", compact)
    if compact[:2] in EU_PREFIXES.values() and country not in LETTERED:
        return (("eu_vat", compact),)
    if country in EU_PREFIXES:
        return (("eu_vat", EU_PREFIXES[country] + compact),)
    if country == "JP":
        return (("jp_trn" if compact.startswith("T") else "jp_cn", compact),)
    if country in _OTHERS:
        kind, write = _OTHERS[country]
        return ((kind, write(vat)),)
    return ()


def _digits(vat: str) -> str:
    return re.sub(r"\D", "", vat, flags=re.ASCII)


def _compact(vat: str) -> str:
    return re.sub(r"[\s.\-]", "", vat).upper()


def _as_it_is(vat: str) -> str:
    return " ".join(vat.split())


_OTHERS: dict[str, tuple[str, Callable[[str], str]]] = {
    "AU": ("au_abn", _digits),
    "CA": ("ca_gst_hst", _compact),
    "CH": ("ch_vat", _as_it_is),
    "GB": ("gb_vat", lambda vat: "GB" + _compact(vat).removeprefix("GB")),
    "IN": ("in_gst", _compact),
    "IS": ("is_vat", _digits),
    "LI": ("li_uid", _compact),
    "MX": ("mx_rfc", _compact),
    "NO": ("no_vat", lambda vat: _digits(vat) + "MVA"),
    "NZ": ("nz_gst", _digits),
    "SG": ("sg_gst", _compact),
    "US": ("us_ein", _as_it_is),
    "ZA": ("za_vat", _digits),
}
