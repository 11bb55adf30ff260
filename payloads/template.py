"""What a company writes once for all of its invoices, with placeholders."""

import re
import unicodedata
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Source: https://docs.stripe.com/get-started/account/statement-descriptors
_NOT_IN_DESCRIPTOR = re.compile(r"""[<>\\'"*]""")
MIN_DESCRIPTOR = 5
MAX_DESCRIPTOR = 22


def placeholders(template: str) -> frozenset[str]:
    """Return the names between braces in ``template``."""
    return frozenset(_PLACEHOLDER.findall(template))


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return ``template`` with its placeholders replaced.

    A line whose placeholders are all empty is left out, label and all.

    :param values: text by name; a name that is not there counts as empty
    """
    lines = (_line(line, values) for line in template.split("\n"))
    return "\n".join(line for line in lines if line is not None)


def _line(line: str, values: Mapping[str, str]) -> str | None:
    names = _PLACEHOLDER.findall(line)
    if names and not any(values.get(name) for name in names):
        return None
    return _PLACEHOLDER.sub(lambda found: values.get(found[1]) or "", line)


def statement_descriptor(template: str, number: str) -> str:
    """Return what a card statement says, as Stripe allows it, or an empty text.

    Letters lose their accents, what has no Latin form goes, and so does what is too
    long. Too short, or without a letter, it is none at all.

    :param template: may hold the placeholder ``{number}``
    """
    filled = fill(template, {"number": number})
    latin = unicodedata.normalize("NFKD", filled).encode("ascii", "ignore").decode()
    text = " ".join(_NOT_IN_DESCRIPTOR.sub("", latin).split())
    text = text[:MAX_DESCRIPTOR].strip()
    has_letter = any(character.isalpha() for character in text)
    return text if has_letter and len(text) >= MIN_DESCRIPTOR else ""
