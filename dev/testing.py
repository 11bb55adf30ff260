"""`make test` and `make check`: the tests, and one line that adds them up."""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from dev import environment, parts
from dev.choice import Choice
from dev.paths import RUN
from dev.progress import SetupError, say
from dev.side_by_side import AT_ONCE, Ended, Job, SideBySide
from dev.totals import Total, split_total

PURE = "pure"
"""Name of the part that needs no Odoo."""

_LONG_COUNTS = {
    "STRIPE_STORIES": "2000",
    "STRIPE_INVOICES": "10000",
    "STRIPE_QUARTER": "500",
}
"""How much `make test-long` makes, unless the environment says otherwise."""

_NOT_PASSED = ("FAILED ", "ERROR ")
"""Beginnings of the lines in which pytest sums up what did not pass."""


def run_tests(only: str, pure_only: bool = False) -> int:
    """Run the tests that `only` (a path, a pytest id or a `-k` pattern) names.

    Print the total as the last line; return 0 when something ran and nothing failed.
    """
    total = _add_up(_in_turn(Choice.parse(only), pure_only))
    return 0 if total.passed and not total.failed else 1


def run_part(name: str, share: str) -> int:
    """Run one part: `pure` or one of `parts.WITH_ODOO`.

    Of the tests in Odoo, run what the others leave that have the folder `share`, too:
    that may be none.
    """
    return 1 if _add_up(_one(name, Choice(share=share))).failed else 0


def run_all(checks: Sequence[Job] = ()) -> int:
    """Run all tests, and `checks` with them, side by side.

    The output of each is shown whole when it ends, the total as the last line. Return
    0 when something ran and nothing failed.
    """
    with _shared_folder() as folder:
        return _run_jobs(_jobs(folder, checks), checks)


def run_long() -> int:
    """Tell many random stories, make many random invoices and play a long quarter.

    The environment may say how many (`STRIPE_STORIES`, `STRIPE_INVOICES`,
    `STRIPE_QUARTER`) and with which seeds (`STRIPE_STORY_SEED`, `STRIPE_INVOICE_SEED`,
    `STRIPE_QUARTER_SEED`), which are printed: what failed is told again that way.
    """
    counts = [
        os.environ.setdefault(name, count) for name, count in _LONG_COUNTS.items()
    ]
    seeds = [
        os.environ.setdefault(name, str(secrets.randbelow(10**6)))
        for name in ("STRIPE_STORY_SEED", "STRIPE_INVOICE_SEED", "STRIPE_QUARTER_SEED")
    ]
    code = _run_jobs(
        [
            Job.of_ours("Random invoices", "test", "tests/test_random_invoices.py"),
            Job.of_ours("Random stories", "test", "tests/test_convergence.py"),
            Job.of_ours("A quarter", "test", "tests/test_quarter.py"),
        ]
    )
    things = ("stories", "invoices", "customers in a quarter")
    say(
        "; ".join(
            f"{count} {thing}, seed {seed}"
            for count, thing, seed in zip(counts, things, seeds, strict=True)
        )
    )
    return code


def _run_jobs(jobs: Sequence[Job], checks: Sequence[Job] = ()) -> int:
    total = Total()
    failed: list[Ended] = []
    say(f"{AT_ONCE} parts run side by side. The output of each comes when it ends.")
    with SideBySide(jobs) as ended:
        for one in ended:
            text, part = split_total(one.output)
            say(text.strip())
            if part is None and one.job not in checks:
                say(f"{one.job.title} ended with code {one.code} and without a total.")
                part = Total(failed=1)
            total += part or Total()
            failed += [one] if one.code else []
    _sum_up(failed)
    say(str(total))
    return 0 if total.passed and not failed else 1


def _add_up(totals: Iterable[Total]) -> Total:
    """Print the sum as the last line, and return it."""
    total = Total()
    try:
        for one in totals:
            total += one
    except (SetupError, TimeoutError) as error:
        say(f"\n{error}")
        total += Total(failed=1)
    say(str(total))
    return total


def _in_turn(choice: Choice, pure_only: bool) -> Iterator[Total]:
    environment.ensure_python()
    yield parts.pure(choice)
    if choice.needs_odoo and not pure_only:
        with environment.ready() as odoo:
            for part in parts.WITH_ODOO.values():
                yield part(odoo, choice)


def _one(name: str, choice: Choice) -> Iterator[Total]:
    if name == PURE:
        environment.ensure_python()
        yield parts.pure(choice)
    else:
        with environment.ready() as odoo:
            yield parts.WITH_ODOO[name](odoo, choice)


def _jobs(folder: str, checks: Sequence[Job]) -> list[Job]:
    """Return all that is to be run; what comes first makes what the others need."""
    share = ("--part=odoo", f"--share={folder}")
    first, *more = (
        Job.of_ours(f"Tests in Odoo ({number + 1})", "test", *share)
        for number in range(AT_ONCE)
    )
    return [
        first,
        *checks,
        Job.of_ours("Tests without Odoo", "test", f"--part={PURE}"),
        Job.of_ours("Stories", "test", "--part=stories"),
        Job.of_ours("Odoo's own lint tests", "test", "--part=odoo-lint"),
        *more,
    ]


@contextmanager
def _shared_folder() -> Iterator[str]:
    folder = RUN / f"share-{os.getpid()}"
    folder.mkdir(parents=True)
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder)


def _sum_up(failed: Sequence[Ended]) -> None:
    """Tell once more, after all the output, what did not pass."""
    if failed:
        say(f"\nNot passed: {', '.join(one.job.title for one in failed)}")
    for one in failed:
        for line in one.output.splitlines():
            if line.startswith(_NOT_PASSED):
                say(line)
