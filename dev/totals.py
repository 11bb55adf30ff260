"""How many tests passed, failed and were skipped: counted, written and read again."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

_LINE = re.compile(r"(\d+) passed, (\d+) failed, (\d+) skipped")


@dataclass(frozen=True)
class Total:
    """How many tests passed, failed (errors are failures) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Total") -> "Total":
        return Total(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def count(report: str) -> Total:
    """Add up the cases of a JUnit report."""
    total = Total()
    for case in ElementTree.fromstring(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            total += Total(failed=1)
        elif case.find("skipped") is not None:
            total += Total(skipped=1)
        else:
            total += Total(passed=1)
    return total


def split_total(output: str) -> tuple[str, Total | None]:
    """Split what a part has printed into its text and the total of its last line.

    The total is None when the last line is none: the part did not get that far.
    """
    text, _newline, last = output.rstrip("\n").rpartition("\n")
    found = _LINE.fullmatch(last)
    return (text, Total(*map(int, found.groups()))) if found else (output, None)
