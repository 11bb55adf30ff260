"""Reads Stripe's form encoding: ``lines[0][tax_amounts][0][amount]=20``."""

from __future__ import annotations

import re
from typing import Union
from urllib.parse import parse_qsl

from simulator.errors import invalid

Tree = dict[str, Union[str, "Tree"]]

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
SEGMENT = re.compile(r"\[([^\[\]]*)\]")


def parse(text: str) -> Tree:
    """Return the nested parameters of a form body or a query string.

    Lists come out as dictionaries with the keys "0", "1", ...; the schema knows which
    dictionaries are lists. Raises a 400 for keys that contradict each other.
    """
    tree: Tree = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        insert(tree, key, value)
    return tree


def insert(tree: Tree, key: str, value: str) -> None:
    """Put one pair into the tree."""
    match = KEY.fullmatch(key)
    if not match:
        raise invalid(f"Invalid request parameter name: {key}", param=key)
    path = [match[1], *SEGMENT.findall(match[2])]
    node = tree
    for segment in path[:-1]:
        child = node.setdefault(segment or str(len(node)), {})
        if isinstance(child, str):
            raise invalid(f"Invalid request: {key} is both a value and a hash", key)
        node = child
    last = path[-1] or str(len(node))
    if isinstance(node.get(last), dict):
        raise invalid(f"Invalid request: {key} is both a value and a hash", key)
    node[last] = value


def is_list(tree: Tree) -> bool:
    """Whether the keys are those of a list: 0, 1, 2 in any order."""
    return all(key.isdecimal() for key in tree)


def items(tree: Tree) -> list[str | Tree]:
    """Return the values of a list in the order of their indexes."""
    return [tree[key] for key in sorted(tree, key=int)]
