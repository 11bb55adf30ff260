"""Parameters that tell Stripe of a payment that it did not see."""

from typing import Any

from ..const import METADATA_CALL, METADATA_DATABASE, METADATA_DOCUMENT

Json = dict[str, Any]

# A document may have several reports, so the call that made one names it, too.
FOUND_BY = (METADATA_DATABASE, METADATA_DOCUMENT, METADATA_CALL)


def report_params(
    amount: int, currency: str, reference: str, at: int, metadata: dict[str, str]
) -> Json:
    """Return the parameters of a payment record.

    :param amount: minor units
    :param currency: ISO 4217 code
    :param reference: how the payment is called in Odoo
    :param at: epoch seconds
    :param metadata: what finds the document and the report again
    """
    return {
        "amount_requested": {"currency": currency.lower(), "value": amount},
        "initiated_at": at,
        "outcome": "guaranteed",
        "guaranteed": {"guaranteed_at": at},
        "payment_method_details": {
            "type": "custom",
            "custom": {"display_name": "Odoo"},
        },
        "processor_details": {
            "type": "custom",
            "custom": {"payment_reference": reference},
        },
        "metadata": {name: metadata[name] for name in FOUND_BY},
    }
