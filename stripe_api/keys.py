"""What a Stripe secret tells by its prefix."""

import re

KEY = re.compile(r"(?P<kind>sk|rk)_(?P<mode>test|live)_[A-Za-z0-9_]{6,}")


class InvalidKeyError(ValueError):
    """The text is not a secret or restricted key.

    ``reason`` is ``publishable``, ``webhook`` or ``malformed``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_live(key: str) -> bool:
    """Tell whether ``key`` is a live key.

    :raise InvalidKeyError: it is no secret or restricted key
    """
    match = KEY.fullmatch(key)
    if match:
        return match["mode"] == "live"
    if key.startswith("pk_"):
        raise InvalidKeyError("publishable")
    if key.startswith("whsec_"):
        raise InvalidKeyError("webhook")
    raise InvalidKeyError("malformed")
