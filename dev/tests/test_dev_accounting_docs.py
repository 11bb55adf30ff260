"""The accountant's page: up to date, balanced, and each row of it played by a test."""

import ast
from decimal import Decimal
from typing import Any

import pytest

from dev.accounting_docs import PAGE, page, table
from dev.paths import CHECKOUT

ROWS = [row for chapter in table.CHAPTERS for row in chapter.rows]


def test_the_page_is_what_the_table_says_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Run `make docs`."


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_each_example_balances(row: Any) -> None:
    for entry in row.entries:
        assert sum(map(Decimal, entry.items.values())) == 0
        assert entry.items.keys() <= table.ACCOUNTS.keys()


def test_each_row_is_played_by_a_test_of_its_name() -> None:
    names = []
    for path in (CHECKOUT / "tests").glob("test_accounting*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names += [
            node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        ]
    assert [row.key for row in ROWS if f"test_{row.key}" not in names] == []
