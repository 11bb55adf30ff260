"""What clients really sent to /v1, for tests to count; keys are never kept."""

from __future__ import annotations

from typing import Any


class RequestLog:
    """Every request to /v1 in order, dropped ones too."""

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []

    def add(
        self,
        *,
        request_id: str,
        account: str | None,
        method: str,
        path: str,
        params: dict[str, Any],
        status: int | None,
        idempotency_key: str | None = None,
        replayed: bool = False,
        at: int,
    ) -> None:
        """Note one request; ``status`` is None when the connection was dropped."""
        self._entries.append(
            {
                "id": request_id,
                "account": account,
                "at": at,
                "method": method,
                "path": path,
                "params": params,
                "status": status,
                "idempotency_key": idempotency_key,
                "replayed": replayed,
            }
        )

    def rows(self, **wanted: str) -> list[dict[str, Any]]:
        """Return the entries whose fields equal ``wanted``, compared as text."""
        return [
            entry
            for entry in self._entries
            if all(str(entry[name]) == value for name, value in wanted.items())
        ]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
