"""What the inbox keeps of an event: a few words, and none of its personal data."""

import re
from datetime import datetime, timezone

from ..const import KEY_PREFIX, METADATA_DATABASE, METADATA_DOCUMENT
from ..stripe_api.signature import is_word

# The largest record id that PostgreSQL stores, and the end of the year 9999.
LAST_RECORD_ID = 2**31 - 1
LAST_EPOCH = 253402300799


def event_values(event, database):
    """Return the columns of a new ``stripe.event``; of its object no more than the ids.

    What is not as Stripe writes it is left out, so that no event breaks this.

    :param dict event: Stripe's event
    :param str database: UUID of this database
    """
    body = _dict(_dict(event.get("data")).get("object"))
    metadata = _dict(body.get("metadata"))
    cause = _dict(event.get("request"))
    is_invoice = body.get("object") == "invoice"
    # A tax id is read with all others of its customer.
    subject = "customer" if body.get("object") == "tax_id" else "id"
    ours = metadata.get(METADATA_DATABASE) == database
    invoice = body.get("id") if is_invoice else body.get("invoice")
    return {
        "stripe_id": event["id"],
        "type": _word(event.get("type")) or "",
        "object_id": _word(body.get(subject)),
        "object_type": _word(body.get("object")),
        "invoice_ref": _word(invoice),
        "document_ref": _record_id(metadata.get(METADATA_DOCUMENT)) if ours else 0,
        "livemode": event.get("livemode") is True,
        "by_us": str(cause.get("idempotency_key")).startswith(KEY_PREFIX),
        "created_at": utc(event.get("created")),
        "state": "received",
        "attempts": 0,
    }


def _dict(value):
    return value if isinstance(value, dict) else {}


def _word(value):
    return value if is_word(value) else None


def _record_id(value):
    """Return the record id that a text holds, 0 if it holds none."""
    is_id = isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value)
    number = int(value) if is_id else 0
    return number if number <= LAST_RECORD_ID else 0


def utc(epoch):
    """Return Odoo's naive UTC datetime of epoch seconds, empty if they are none.

    :param epoch: seconds, or whatever else an event holds in their place
    """
    is_epoch = isinstance(epoch, int) and not isinstance(epoch, bool)
    if not is_epoch or not 0 <= epoch <= LAST_EPOCH:
        return None
    return datetime.fromtimestamp(epoch, timezone.utc).replace(tzinfo=None)
