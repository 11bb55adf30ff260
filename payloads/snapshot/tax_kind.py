"""What kind of tax it is, and why nothing is taxed, in Stripe's words.

Source: tax_rate_data.tax_type and taxability_reason in
https://docs.stripe.com/api/invoices/add_lines.
"""

# Countries whose tax on sales Stripe calls so; elsewhere no type is given.
VAT = frozenset(
    """
    AE AL AM AR AT AZ BA BD BE BG BH BO BR BY CD CH CI CL CM CN CO CR CY CZ DE DK DO DZ
    EC EE EG ES ET FI FR GB GE GH GR GT HR HU ID IE IL IS IT KE KG KH KR KZ LA LI LK LT
    LU LV MA MD ME MG MK ML MN MT MU MX MZ NG NI NL NO NP OM PA PE PH PL PT PY RO RS RU
    RW SA SE SI SK SN SV TH TN TR TW TZ UA UG UY UZ VE VN ZA ZM ZW
    """.split()
)
GST = frozenset("AU BT IN JO MV NZ PG PK SG".split())
# Words that name the tax where a country has several.
NAMED = {
    "CA": {"HST": "hst", "TVH": "hst", "QST": "qst", "TVQ": "qst", "PST": "pst"},
    "IN": {"IGST": "igst"},
}
# Categories of UNCL5305 that Odoo's electronic invoices use.
REASONS = {
    "S": "standard_rated",
    "Z": "zero_rated",
    "E": "product_exempt",
    "AE": "reverse_charge",
    "K": "reverse_charge",
    "G": "zero_rated",
    "O": "not_subject_to_tax",
}
# Taxed like the European Union, for what is sold across borders.
BESIDE_EU = ("NO", "IS", "LI")


def tax_type(tax):
    """Return Stripe's ``tax_type`` of an ``account.tax``, or an empty text."""
    country = tax.country_id.code or ""
    words = f"{tax.name or ''} {tax.tax_label or ''}".upper()
    for word, kind in NAMED.get(country, {}).items():
        if word in words:
            return kind
    if country in VAT:
        return "vat"
    if country in GST or (country == "CA" and ("GST" in words or "TPS" in words)):
        return "gst"
    return {"US": "sales_tax", "JP": "jct"}.get(country, "")


def taxability_reason(move, tax, reverse):
    """Return Stripe's ``taxability_reason``, or an empty text where nobody knows it.

    :param move: the ``account.move``
    :param tax: the ``account.tax``
    :param bool reverse: the tax cancels itself, because the customer owes it
    """
    if reverse:
        return "reverse_charge"
    # The field is there with Odoo's electronic invoicing (account_edi_ubl_cii).
    has_category = "ubl_cii_tax_category_code" in tax._fields
    category = tax.ubl_cii_tax_category_code if has_category else ""
    if category:
        return REASONS.get(category, "")
    untaxed = tax.amount_type in ("percent", "division") and not tax.amount
    return REASONS[_untaxed_category(move)] if untaxed else ""


def tax_status(move):
    """Return Stripe's ``tax_exempt`` of the customer, as far as this invoice goes.

    With ``reverse``, Stripe prints the words that the law wants on the document. It is
    never told beside a tax that is to be paid.

    Source: https://docs.stripe.com/api/customers/create (tax_exempt).

    :param move: one ``account.move``
    :rtype: str; ``none``, ``exempt`` or ``reverse``
    """
    taxes = move.invoice_line_ids.tax_ids.flatten_taxes_hierarchy()
    if any(tax.amount and not tax.has_negative_factor for tax in taxes):
        return "none"
    reasons = {taxability_reason(move, tax, tax.has_negative_factor) for tax in taxes}
    if "reverse_charge" in reasons:
        return "reverse"
    return "exempt" if reasons == {"product_exempt"} else "none"


def _untaxed_category(move):
    """Return why an invoice may be without tax: sold at home, in the EU, exported."""
    seller = move.company_id.account_fiscal_country_id or move.company_id.country_id
    customer = move.partner_id.commercial_partner_id
    buyer = customer.country_id or seller
    if seller == buyer:
        return "E"
    if _in_europe(seller) and _in_europe(buyer):
        return "K" if customer.vat else "E"
    return "G"


def _in_europe(country):
    return "EU" in country.country_group_codes or country.code in BESIDE_EU
