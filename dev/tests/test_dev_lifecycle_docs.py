"""The drawing of the lifecycle in the documentation, and that it is up to date."""

import re

import pytest

from dev import lifecycle_docs
from dev.lifecycle_docs import PAGE, diagram, page
from dev.stand_in import addon_module

lifecycle = addon_module("lifecycle")
FRESH = page()


def tables() -> list[list[list[str]]]:
    """Return the page's tables as rows of cells."""
    found: list[list[list[str]]] = [[]]
    for line in FRESH.splitlines():
        if line.startswith("| "):
            found[-1].append([cell.strip() for cell in line.split("|")[1:-1]])
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


def test_the_page_is_what_the_table_says_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == FRESH, "Run `make docs`."


def test_each_cell_of_both_tables_is_there() -> None:
    width = len(lifecycle.Status) + 1
    both = [table for table in tables() if len(table[0]) == width]
    assert len(lifecycle.Status) == len(lifecycle.Target)
    assert [len(table) for table in both] == [len(lifecycle.Status) + 2] * 2
    for table in both:
        assert all(len(row) == width and all(row) for row in table)


def test_a_changed_table_is_a_changed_page(monkeypatch: pytest.MonkeyPatch) -> None:
    status, target = lifecycle.Status.OPEN, lifecycle.Target.VOID
    monkeypatch.setitem(lifecycle.PLAN[status], target, lifecycle.NOTHING)
    assert page() != FRESH
    assert "open --> void" in FRESH
    assert "open --> void" not in diagram()


def test_every_word_of_the_lifecycle_is_explained() -> None:
    explained = {row[0].strip("*") for table in tables() for row in table}
    for words in (lifecycle.Status, lifecycle.Call, lifecycle.Consequence):
        missing = {lifecycle_docs._word(word) for word in words} - explained
        assert missing == set()


def test_every_fact_changes_something() -> None:
    for name in lifecycle.Facts._fields:
        assert lifecycle_docs._changes(name), name


def test_the_drawing_has_no_arrow_that_odoo_would_not_believe() -> None:
    for begin, end in re.findall(r"(\S+) --> (\S+):", diagram()):
        known = lifecycle.Status("" if begin == "[*]" else begin)
        seen = lifecycle.observe(known, lifecycle.Status(end))
        assert seen.consequence is not lifecycle.Consequence.LOOK_AGAIN
        assert seen.status.value == end


def test_a_cell_cannot_break_its_table() -> None:
    rows = [line for line in FRESH.splitlines() if line.startswith("|")]
    assert all(line.endswith(" |") for line in rows)
    for table in tables():
        assert {len(row) for row in table} == {len(table[0])}
