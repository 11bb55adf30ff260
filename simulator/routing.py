"""What a resource module declares about each of its operations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Handler = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Route:
    """One operation of the API.

    :param method: ``GET``, ``POST`` or ``DELETE``
    :param path: path below ``/v1`` with ``:id`` for each identifier,
        such as ``/invoices/:id/lines/:id``
    :param handler: called as ``handler(world, account, *ids, params)`` with the checked
        parameters (without ``expand``); returns the object or list to render
    :param params: class in ``stripe.params`` that types the parameters, or None where
        the operation takes none
    :param permission: ``resource:read`` or ``resource:write``, what a restricted key
        needs; write includes read
    """

    method: str
    path: str
    handler: Handler
    params: str | None
    permission: str
    pattern: re.Pattern[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        pattern = re.sub(":id", "([^/]+)", "/v1" + self.path)
        object.__setattr__(self, "pattern", re.compile(pattern + "$"))
