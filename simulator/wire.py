"""Requests and responses of Werkzeug, read and made as Stripe does."""

from __future__ import annotations

import base64
import binascii
import json
import socket
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from simulator import forms
from simulator.errors import StripeError, invalid
from simulator.world import API_VERSION, Account

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORM = "application/x-www-form-urlencoded"


def api_key(request: Request) -> str:
    """Return the key of a Bearer or Basic authorization, empty where there is none."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(credentials, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return text.partition(":")[0]
    return ""


def masked(key: str) -> str:
    """Return the key as Stripe repeats it: its beginning and its last four letters."""
    if len(key) <= 12:
        return key[:3] + "*" * (len(key) - 3)
    return key[:8] + "*" * (len(key) - 12) + key[-4:]


def check_version(request: Request) -> None:
    """Raise a 400 for another API version than the one that is simulated."""
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise invalid(
            f"Invalid Stripe API version: {version}. The simulator speaks "
            f"{API_VERSION} only."
        )


def check_account(request: Request, account: Account) -> None:
    """Raise Stripe's 403 where ``Stripe-Account`` names another account."""
    wanted = request.headers.get("Stripe-Account", account.id)
    if wanted != account.id:
        raise no_access(wanted)


def no_access(account_id: str) -> StripeError:
    """Return Stripe's 403 for an account that the key does not open."""
    return StripeError(
        f"The provided key does not have access to account '{account_id}' (or that "
        "account does not exist). Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )


def read_tree(request: Request) -> forms.Tree:
    """Return the parameters: the query's, and a POST's form."""
    text = request.query_string.decode()
    if request.method == "POST":
        body = request.get_data(as_text=True)
        if body and request.mimetype != FORM:
            raise invalid(
                "Invalid request (check that your POST content type is "
                f"{FORM}). If you have any questions, we can help at "
                "https://support.stripe.com/."
            )
        text = "&".join(part for part in (text, body) if part)
    return forms.parse(text)


def rendered(body: dict[str, Any], status: int = 200) -> Response:
    """Return a JSON response."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, content_type="application/json")


def is_validation(response: Response) -> bool:
    """Whether parameters were refused; such an answer is not kept under a key.

    A refusal that names no parameter is about the object's state: it is kept.
    """
    if response.status_code not in (400, 404):
        return False
    return "param" in json.loads(response.get_data())["error"]


def close_socket(environ: WSGIEnvironment) -> None:
    """Close the client's connection without an answer."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
