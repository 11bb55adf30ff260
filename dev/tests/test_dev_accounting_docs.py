"""The accountant's page: up to date, balanced, and each row of it played by a test."""

import ast
from decimal import Decimal
from typing import Any

import pytest

from dev.accounting_docs import ACCOUNTS, PAGE, page, table
from dev.paths import CHECKOUT

ROWS = [row for chapter in table.CHAPTERS for row in chapter.rows]


def test_the_page_is_what_the_table_says_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Run `make docs`."


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_each_example_balances(row: Any) -> None:
    for entry in row.entries:
        assert sum(map(Decimal, entry.items.values())) == 0
        assert entry.items.keys() <= ACCOUNTS.keys()


def test_each_row_is_played_by_a_test() -> None:
    played = set()
    for path in (CHECKOUT / "tests").glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "assert_row"
                and isinstance(node.args[0], ast.Constant)
            ):
                played.add(node.args[0].value)
    assert [row.key for row in ROWS if row.key not in played] == []
