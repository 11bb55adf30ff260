"""Parameters of a Stripe invoice and its lines, from the snapshot."""

from typing import Any

from ..const import METADATA_DATABASE, METADATA_DOCUMENT, METADATA_NUMBER
from .document import InvoiceSnapshot, LineSnapshot, TaxSnapshot
from .payment_method import payment_settings

Json = dict[str, Any]

# What a revision takes from the invoice that it revises, and what it would copy.
_INHERITED = ("customer", "currency", "discounts", "pending_invoice_items_behavior")
_COPIED = ("description", "footer", "custom_fields")


def document_metadata(database: str, document: int) -> dict[str, str]:
    """Return what finds the invoice again, whatever was lost in between.

    :param database: uuid of the Odoo database
    :param document: id of the ``stripe.document``
    """
    return {METADATA_DATABASE: database, METADATA_DOCUMENT: str(document)}


def create_params(
    invoice: InvoiceSnapshot, customer_id: str, metadata: dict[str, str]
) -> Json:
    """Return the parameters of the draft.

    Everything that Stripe would add by itself is switched off: pending items, inherited
    discounts, tax, and moving on without being asked.
    """
    params: Json = {
        "customer": customer_id,
        "currency": invoice.currency.lower(),
        "number": invoice.number,
        "collection_method": "send_invoice",
        "effective_at": invoice.effective_at,
        "due_date": invoice.due_at,
        "auto_advance": False,
        "automatic_tax": {"enabled": False},
        "discounts": "",
        "pending_invoice_items_behavior": "exclude",
        "rendering": _rendering(invoice),
        "metadata": {**metadata, METADATA_NUMBER: invoice.number},
    }
    if invoice.payment_method_types:
        params["payment_settings"] = payment_settings(
            invoice.payment_method_types, invoice.currency, invoice.account_country
        )
    chosen: Json = {
        "description": invoice.memo,
        "footer": invoice.footer,
        "custom_fields": [
            {"name": label, "value": text} for label, text in invoice.custom_fields
        ],
        "statement_descriptor": invoice.statement_descriptor,
        "account_tax_ids": list(invoice.account_tax_ids),
    }
    return params | {name: value for name, value in chosen.items() if value}


def _rendering(invoice: InvoiceSnapshot) -> Json:
    display = "include_inclusive_tax" if invoice.tax_included_display else "exclude_tax"
    rendering: Json = {
        "amount_tax_display": display,
        "pdf": {"page_size": invoice.page_size},
    }
    if invoice.template:
        rendering["template"] = invoice.template
        rendering["template_version"] = invoice.template_version
    return rendering


def revision_params(
    invoice: InvoiceSnapshot, revised: str, metadata: dict[str, str]
) -> Json:
    """Return the parameters of a draft that revises a finalized invoice.

    Stripe copies lines and texts; what is printed is given once more, and emptied where
    there is none. Customer and currency are the revised invoice's.

    :param revised: id of the invoice that the draft is to take the place of
    """
    params = create_params(invoice, "", metadata)
    given = {name: value for name, value in params.items() if name not in _INHERITED}
    return {
        **dict.fromkeys(_COPIED, ""),
        **given,
        "from_invoice": {"action": "revision", "invoice": revised},
    }


def line_params(line: LineSnapshot) -> Json:
    """Return the parameters of one line.

    Source: https://docs.stripe.com/invoicing/taxes/manual-tax-amounts
    """
    params: Json = {
        "amount": line.amount,
        "description": line.description,
        "discountable": False,
    }
    if line.taxes:
        params["tax_amounts"] = [_tax_params(tax) for tax in line.taxes]
    return params


def _tax_params(tax: TaxSnapshot) -> Json:
    rate: Json = {
        "display_name": tax.label,
        "percentage": tax.percentage,
        "inclusive": tax.inclusive,
    }
    for name in ("country", "state", "jurisdiction", "tax_type"):
        if value := getattr(tax, name):
            rate[name] = value
    params: Json = {
        "amount": tax.amount,
        "taxable_amount": tax.taxable_amount,
        "tax_rate_data": rate,
    }
    if tax.reason:
        params["taxability_reason"] = tax.reason
    return params
