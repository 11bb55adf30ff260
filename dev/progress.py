"""What the user sees while the set-up works: one line for each step, and errors."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class SetupError(Exception):
    """The set-up cannot go on; the text tells the user what to do."""


def say(text: str) -> None:
    """Print one line at once, also when the output is a file or a pipe."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show `title`, and how long the body took when it has ended well."""
    tty = sys.stdout.isatty()
    start = time.monotonic()
    print(f"- {title} ...", end="" if tty else "\n", flush=True)
    try:
        yield
    except BaseException:
        if tty:
            print(flush=True)
        raise
    seconds = time.monotonic() - start
    say(f" {seconds:.0f} s" if tty else f"  done: {title}, {seconds:.0f} s")


def table(rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> str:
    """Return `rows` as text in columns at most `widths` wide; the first is the head."""
    wrapped = [_wrap_row(row, widths) for row in rows]
    used = [
        max(len(line) for cells in wrapped for line in cells[column])
        for column in range(len(widths))
    ]
    rule = "+-" + "-+-".join("-" * width for width in used) + "-+"
    lines = [rule]
    for cells in wrapped:
        for parts in _zip_cells(cells):
            padded = (part.ljust(width) for part, width in zip(parts, used))
            lines.append("| " + " | ".join(padded) + " |")
        lines.append(rule)
    return "\n".join(lines)


def _wrap_row(row: tuple[str, ...], widths: tuple[int, ...]) -> list[list[str]]:
    return [_wrap(cell, width) for cell, width in zip(row, widths)]


def _wrap(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines


def _zip_cells(cells: list[list[str]]) -> list[list[str]]:
    height = max(len(cell) for cell in cells)
    return [
        [cell[index] if index < len(cell) else "" for cell in cells]
        for index in range(height)
    ]
