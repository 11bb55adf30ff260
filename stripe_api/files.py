"""Stripe's PDFs: public addresses that no key goes to."""

from urllib.parse import urlsplit

import stripe

from ..const import API_TIMEOUT
from .errors import RetryableError

# Stripe serves the PDF of an invoice from below this domain.
DOMAIN = "stripe.com"
OK = 200


class ForeignFileError(ValueError):
    """The address is not Stripe's, so nothing is read from it."""


def fetch_pdf(url: str, base: str) -> bytes:
    """Return the PDF behind one of Stripe's public addresses.

    :param url: ``invoice_pdf`` of an invoice
    :param base: address of the simulator where there is one, empty for Stripe itself
    :raise ForeignFileError: the address is neither Stripe's nor the simulator's
    :raise RetryableError: it could not be read now, or is no PDF
    """
    if not _is_stripes(url, base):
        raise ForeignFileError(url)
    # Requests, because Odoo's test guard watches it and no other library.
    client = stripe.RequestsClient(timeout=API_TIMEOUT)
    try:
        content, status, _headers = client.request("get", url, {})
    except stripe.APIConnectionError:
        raise RetryableError("The PDF could not be read") from None
    if status != OK or not content.startswith(b"%PDF"):
        raise RetryableError("Stripe has no PDF yet", http_status=status)
    return bytes(content)


def _is_stripes(url: str, base: str) -> bool:
    place = urlsplit(url)
    if base and place[:2] == urlsplit(base)[:2]:
        return True
    host = place.hostname or ""
    known = host == DOMAIN or host.endswith("." + DOMAIN)
    return place.scheme == "https" and known
