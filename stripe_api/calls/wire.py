"""What the calls need of the gateway: three ways to talk to Stripe."""

from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

Json = dict[str, Any]


class Answer(dict[str, Any]):
    """What a write was answered; Stripe's support finds it by ``request_id``."""

    request_id: str = ""


class Page(NamedTuple):
    """One page of a list.

    ``at`` is Stripe's own time when it answered, in epoch seconds, 0 if it told none.
    """

    at: int
    items: list[Json]


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
    ) -> Answer:
        """Send one write. Deletions carry no key: they are idempotent by nature."""
        raise NotImplementedError

    def _pages(self, service: Any, params: Json, *ids: str) -> Iterator[Page]:
        """Yield the pages of a list, at least one; each is asked for when it is due."""
        raise NotImplementedError

    def _items(self, service: Any, params: Json, *ids: str) -> Iterator[Json]:
        """Yield everything that a list holds, page after page."""
        for page in self._pages(service, params, *ids):
            yield from page.items


def told_at(headers: Mapping[str, str]) -> int:
    """Return when an answer was made, in epoch seconds; 0 if its headers do not say."""
    try:
        return int(parsedate_to_datetime(headers.get("Date", "")).timestamp())
    except (TypeError, ValueError):
        return 0


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
