"""What `make test` runs for which words, and how it counts."""

from pathlib import Path

import pytest

from dev.choice import Choice
from dev.totals import Total, count, split_total

REPORT = """<testsuites><testsuite>
<testcase name="fine"/>
<testcase name="wrong"><failure/></testcase>
<testcase name="broken"><error/></testcase>
<testcase name="wrong twice"><failure/><failure/></testcase>
<testcase name="left out"><skipped/></testcase>
</testsuite></testsuites>"""


def test_errors_are_failures_and_each_test_counts_once() -> None:
    assert count(REPORT) == Total(passed=1, failed=3, skipped=1)


def test_the_total_is_one_plain_line_that_is_read_again() -> None:
    total = Total(2, 1, 0) + Total(skipped=3)
    assert str(total) == "2 passed, 1 failed, 3 skipped"
    assert split_total(f"first\nsecond\n{total}\n") == ("first\nsecond", total)


@pytest.mark.parametrize("output", ["", "killed", "1 passed, 0 failed, 0 skipped\nno"])
def test_a_part_that_did_not_end_has_no_total(output: str) -> None:
    assert split_total(output) == (output, None)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("", ["dev/tests"]),
        ("dev", ["dev/tests"]),
        ("dev/tests/test_dev_testing.py", ["dev/tests/test_dev_testing.py"]),
        (
            "dev/tests/test_dev_testing.py::test_one",
            ["dev/tests/test_dev_testing.py::test_one"],
        ),
        ("some pattern", ["dev/tests", "-k", "some pattern"]),
        ("dev/paths.py", []),
        ("simulator", []),
    ],
)
def test_a_path_an_id_or_a_pattern_chooses(text: str, runs: list[str]) -> None:
    root = Path("/seen")
    found = Choice.parse(text).arguments("dev/tests", seen_as=root)
    assert [word.removeprefix("/seen/") for word in found] == runs


@pytest.mark.parametrize(
    ("text", "needs"),
    [("", True), ("tests", True), ("tests/pure", False), ("dev", False), ("pay", True)],
)
def test_odoo_is_started_only_for_tests_that_need_it(text: str, needs: bool) -> None:
    assert Choice.parse(text).needs_odoo is needs
