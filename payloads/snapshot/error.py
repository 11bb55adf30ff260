"""What stops a snapshot."""

from typing import Any, NamedTuple


class Objection(NamedTuple):
    """One reason why an invoice cannot be sent as it is.

    ``code`` tells one kind from another, ``text`` is for the user, translated, and
    ``record`` is the Odoo record on which it can be mended, if it is known.
    """

    code: str
    text: str
    record: Any = None


class SnapshotError(Exception):
    """The invoice cannot be sent as it is, for all of the ``objections``."""

    def __init__(self, *objections: Objection) -> None:
        super().__init__("\n".join(objection.text for objection in objections))
        self.objections = objections
