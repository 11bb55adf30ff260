"""`make test`: all parts of the tests, and one line that adds them up."""

import os
import secrets
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev import databases, environment, templates
from dev.export import exported
from dev.odoo import Odoo
from dev.paths import ADDON, CHECKOUT, LINKS, PYTHON, RUN
from dev.processes import die_with_parent
from dev.progress import SetupError, say

PYTEST = (
    str(PYTHON),
    "-m",
    "pytest",
    "-p",
    "no:cacheprovider",
    "-ra",
    "-c",
    os.devnull,
)
# The plugin for Odoo is loaded on its own accord, and fails without Odoo.
WITHOUT_ODOO = ("-p", "no:odoo", "-p", "dev.pytest_pure", "--import-mode=importlib")
NOTHING_RAN = 5
NOT_IN_ODOO = ("pure", "stories")


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


def run_tests(only: str = "", pure_only: bool = False) -> int:
    """Run the tests that `only` (a path, a pytest id or a `-k` pattern) names, or all.

    Print the total as the last line; return 0 when something ran and nothing failed.
    """
    total = Total()
    try:
        for part in _parts(Choice.parse(only), pure_only):
            total += part
    except (SetupError, TimeoutError) as error:
        say(f"\n{error}")
        total += Total(failed=1)
    say(str(total))
    return 0 if total.passed and not total.failed else 1


def run_stories() -> int:
    """Tell many random stories, with a seed of their own that is printed.

    The environment may say how many (`STRIPE_STORIES`) and with which seed
    (`STRIPE_STORY_SEED`): a story that failed is told again that way.
    """
    count = os.environ.setdefault("STRIPE_STORIES", "2000")
    seed = os.environ.setdefault("STRIPE_STORY_SEED", str(secrets.randbelow(10**6)))
    code = run_tests("tests/test_convergence.py")
    say(f"{count} stories, seed {seed}")
    return code


def _parts(choice: "Choice", pure_only: bool) -> Iterator[Total]:
    environment.ensure_python()
    yield _pure(choice)
    if choice.needs_odoo and not pure_only:
        with environment.ready() as odoo:
            yield _odoo(odoo, choice)
            yield _odoo_lint(odoo, choice)
            yield _stories(odoo, choice)


@dataclass(frozen=True)
class Choice:
    """Which tests the user wants: below a path, or all that match a pattern."""

    path: Path | None = None
    test: str = ""
    pattern: str = ""

    @classmethod
    def parse(cls, text: str) -> "Choice":
        """Read a path, a pytest id (`path::Class::test`) or else a pattern."""
        path, _, test = text.partition("::")
        if text and (CHECKOUT / path).exists():
            return cls(path=(CHECKOUT / path).resolve(), test=test)
        return cls(pattern=text)

    @property
    def needs_odoo(self) -> bool:
        """Return whether a test that needs Odoo may be meant."""
        return bool(self.in_odoo or self.arguments("tests/stories"))

    @property
    def in_odoo(self) -> list[str]:
        """Return what to tell pytest about the tests that run inside Odoo."""
        elsewhere = [CHECKOUT / "tests" / name for name in NOT_IN_ODOO]
        if self.path and any(
            folder in (self.path, *self.path.parents) for folder in elsewhere
        ):
            return []
        # Odoo knows the addon by the name of the link.
        return self.arguments("tests", seen_as=LINKS / ADDON)

    def arguments(self, folder: str, seen_as: Path = CHECKOUT) -> list[str]:
        """Return what to tell pytest about `folder`; nothing: do not run it at all.

        `seen_as` is the path under which pytest shall see the checkout.
        """
        place = CHECKOUT / folder
        pattern = ["-k", self.pattern] if self.pattern else []
        if not any(place.rglob("test_*.py")):
            return []
        if self.path is None or self.path == place or self.path in place.parents:
            return [str(seen_as / folder), *pattern]
        if place in self.path.parents:
            target = str(seen_as / self.path.relative_to(CHECKOUT))
            return [f"{target}::{self.test}" if self.test else target]
        return []


def _pure(choice: Choice) -> Total:
    folders = ("tests/pure", "simulator/tests", "dev/tests")
    wanted = [choice.arguments(folder) for folder in folders]
    arguments = [word for words in wanted for word in words]
    return _pytest("pure", "Tests without Odoo", WITHOUT_ODOO, arguments)


def _odoo(odoo: Odoo, choice: Choice) -> Total:
    arguments = choice.in_odoo
    if not arguments:
        return Total()
    template = templates.ensure_template(odoo, templates.TEST)
    others = (f"--ignore={LINKS / ADDON / 'tests' / part}" for part in NOT_IN_ODOO)
    with databases.clone(odoo.cluster, template, "test") as name:
        options = ["--noconftest", "--odoo-http", f"--odoo-database={name}", *others]
        # Else pytest takes the checkout, whose __init__.py is not Odoo, for a package.
        options.append(f"--confcutdir={LINKS}")
        env = odoo.environment()
        return _pytest("odoo", "Tests in Odoo", options, arguments, env)


def _odoo_lint(odoo: Odoo, choice: Choice) -> Total:
    """Run Odoo's own `test_lint` on the addon as it is shipped."""
    if choice.path:
        return Total()
    template = templates.ensure_template(odoo, templates.TEST)
    with exported() as addon, databases.clone(odoo.cluster, template, "lint") as name:
        env = odoo.environment(addons=addon.parent)
        env["PYTHONPATH"] += os.pathsep + str(CHECKOUT)
        env["PATH"] = f"{PYTHON.parent}{os.pathsep}{env['PATH']}"
        options = ["-p", "dev.pytest_odoo_lint", "--import-mode=importlib"]
        options += [f"--odoo-database={name}", "--odoo-log-level=warn"]
        arguments = ["--pyargs", "odoo.addons.test_lint.tests"]
        arguments += ["-k", choice.pattern] if choice.pattern else []
        return _pytest("lint", "Odoo's own lint tests", options, arguments, env)


def _stories(odoo: Odoo, choice: Choice) -> Total:
    arguments = choice.arguments("tests/stories")
    if not arguments:
        return Total()
    templates.ensure_template(odoo, templates.DEMO)
    return _pytest("stories", "Stories", WITHOUT_ODOO, arguments)


def _pytest(
    part: str,
    title: str,
    options: Sequence[str],
    arguments: Sequence[str],
    env: Mapping[str, str] | None = None,
) -> Total:
    """Run pytest for one part and return its total, read from its own report."""
    if not arguments:
        return Total()
    say(f"\n=== {title}")
    report = RUN / f"junit-{part}-{os.getpid()}.xml"
    report.unlink(missing_ok=True)
    own = [f"--rootdir={CHECKOUT}", f"--junit-xml={report}"]
    code = subprocess.run(
        [*PYTEST, *own, *options, *arguments],
        cwd=CHECKOUT,
        env=dict(env) if env is not None else None,
        preexec_fn=die_with_parent(),
    ).returncode
    if code == NOTHING_RAN:
        report.unlink(missing_ok=True)
        return Total()
    if not report.is_file():
        say(f"{title}: pytest ended with code {code} and left no report.")
        return Total(failed=1)
    total = count(report.read_text())
    report.unlink()
    # Pytest can fail beside its tests, while it collects or ends.
    return total if code == 0 or total.failed else total + Total(failed=1)


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
