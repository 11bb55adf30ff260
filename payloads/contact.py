"""How phone numbers, states and languages of a contact are written for Stripe."""

import re

from ..const import MAX_PHONE

# E.164: at most 15 digits; a shorter number than 7 is none that can be called abroad.
_INTERNATIONAL = re.compile(r"(?:\+|00)([1-9]\d{6,14})")


def phone(text: str) -> str:
    """Return a phone number as Stripe takes it: E.164, or else as it is written.

    Of several numbers the first one counts; an extension is left out.

    :param text: Odoo's ``phone``
    :return: at most ``MAX_PHONE`` characters; empty if it cannot be that short
    """
    first = re.split(r"[;,\n]|\bor\b", text)[0].replace("(0)", "")
    first = " ".join(re.split(r"[^\W\d_]", first)[0].split())
    digits = re.sub(r"[^+\d]", "", first)
    international = _INTERNATIONAL.fullmatch(digits)
    if international:
        return f"+{international[1]}"
    for written in (first, digits):
        if digits and len(written) <= MAX_PHONE:
            return written
    return ""


def state(code: str, name: str, country: str) -> str:
    """Return a state as it belongs into an address: its code if that has letters.

    Odoo has some codes with the country in front and the language behind, and numbers
    that say nothing to a reader.

    :param code: Odoo's code of the state
    :param country: ISO 3166 code
    """
    letters = re.fullmatch(rf"(?:{country}-)?([A-Z]{{1,4}})(?:-[A-Z]{{2}})?", code)
    return letters[1] if letters else name


def locale(language: str) -> str:
    """Return a language tag such as ``fr-BE`` for Odoo's ``fr_BE``."""
    return language.partition("@")[0].replace("_", "-")
