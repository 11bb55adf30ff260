"""The steering of the simulated world: JSON in, JSON out, under /_sim."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from simulator import controls, schedule
from simulator.errors import StripeError

if TYPE_CHECKING:
    from simulator.world import World

ROUTES = Map(
    [
        Rule(path, methods=[method], endpoint=handler)
        for method, path, handler in controls.TABLE
    ],
    strict_slashes=False,
)


def dispatch(world: World, request: Request) -> Response:
    """Serve one request under /_sim; errors are answered as ``{"error": "..."}``."""
    try:
        handler, args = ROUTES.bind_to_environ(request.environ).match()
        with world.lock:
            schedule.run_due(world)
            return answer(handler(world, read_body(request), **args))
    except HTTPException as error:
        return answer({"error": error.description}, error.code or 500)
    except StripeError as error:
        return answer({"error": error.message, "code": error.code}, error.status)
    except ValueError as error:
        return answer({"error": str(error)}, 400)


def read_body(request: Request) -> dict[str, Any]:
    """Return the JSON object sent, or the query where there is no body."""
    if not request.get_data():
        return dict(request.args.items())
    body = json.loads(request.get_data())
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object.")
    return body


def answer(content: Any, status: int = 200) -> Response:
    """Return ``content`` as a JSON response."""
    return Response(
        json.dumps(content, indent=2) + "\n", status, content_type="application/json"
    )
