"""What a customer sees: hosted invoice page, invoice PDF, receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from simulator.world import World


def dispatch(world: World, request: Request) -> Response | None:
    """Serve a page, or return None when the path is none of ours."""
    return None
