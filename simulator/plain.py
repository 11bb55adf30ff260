"""Copies of plain JSON data."""

from __future__ import annotations

import json
from typing import TypeVar

T = TypeVar("T")


def copied(value: T) -> T:
    """Return a deep copy of plain JSON data; far quicker than ``copy.deepcopy``."""
    copy: T = json.loads(json.dumps(value))
    return copy
