"""A small client of Odoo's public RPC: the calls that the web client makes."""

import http.cookiejar
import itertools
import json
import urllib.error
import urllib.request
from typing import Any


class RpcError(Exception):
    """Odoo refused a call: the exception's name and text, the server's traceback."""

    def __init__(self, name: str, message: str, debug: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.debug = debug


class Session:
    """One user who is logged in; call it with a model, a method and its arguments."""

    def __init__(
        self,
        url: str,
        database: str,
        login: str,
        password: str,
        context: dict[str, Any] | None = None,
    ) -> None:
        self.url = url
        self.context = context or {}
        self._ids = itertools.count(1)
        cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(cookies),
        )
        credentials = {"db": database, "login": login, "password": password}
        info = self._post("/web/session/authenticate", credentials)
        self.uid: int = info["uid"]

    def __call__(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return what `model.method(*args, **kwargs)` returns.

        The first argument of a method on records is the list of their ids. Raise
        RpcError when Odoo refuses, urllib.error.URLError when it cannot be reached.
        """
        kwargs["context"] = {**self.context, **kwargs.get("context", {})}
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def get(self, path: str, timeout: float = 60) -> bytes:
        """Return the body of a page, as this user sees it."""
        with self._opener.open(self.url + path, timeout=timeout) as answer:
            body: bytes = answer.read()
        return body

    def _post(self, path: str, params: dict[str, Any], timeout: float = 120) -> Any:
        body = {"jsonrpc": "2.0", "id": next(self._ids), "params": params}
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=timeout) as answer:
            result = json.load(answer)
        if "error" in result:
            data = result["error"].get("data", {})
            raise RpcError(
                data.get("name", "error"),
                data.get("message", result["error"].get("message", "")),
                data.get("debug", ""),
            )
        return result.get("result")
