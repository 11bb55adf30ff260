"""What the calls need of the gateway: three ways to talk to Stripe."""

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]


class Wire:
    """Base of the calls. The gateway alone has the SDK's client and implements it."""

    _client: Any

    def _read(self, method: Callable[..., Any], *args: Any) -> Json:
        """Send one question, and return the answer as plain data."""
        raise NotImplementedError

    def _write(
        self,
        method: Callable[..., Any],
        key: str | None,
        params: Json | None,
        *ids: str,
    ) -> Json:
        """Send one write. Deletions carry no key: they are idempotent by nature."""
        raise NotImplementedError

    def _pages(self, service: Any, params: Json, *ids: str) -> Iterator[Json]:
        """Yield everything that a list holds, page after page."""
        raise NotImplementedError


def check_ids(ids: tuple[Any, ...]) -> None:
    """Refuse an empty id: ``retrieve("")`` would list instead of failing.

    :raise ValueError: one is empty, as Odoo's ``False`` for an empty text is
    """
    if not all(ids):
        raise ValueError("A Stripe id is missing")


def carrying(metadata: dict[str, str], items: Iterator[Json]) -> Json | None:
    """Return the first of ``items`` that carries all of ``metadata``."""
    for item in items:
        found = item.get("metadata") or {}
        if all(found.get(name) == value for name, value in metadata.items()):
            return item
    return None
