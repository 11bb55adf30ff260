"""What Stripe shows by its id or, where it was asked to, whole."""

from typing import Any


def id_of(value: Any) -> str:
    """Return the id of what Stripe may have expanded, empty if it is null.

    :param value: an id, the whole object as a dict, or None
    """
    return str(value["id"]) if isinstance(value, dict) else value or ""
