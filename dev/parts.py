"""The parts of the tests: which there are, and how pytest runs each."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence

from dev import databases, templates
from dev.choice import NOT_IN_ODOO, Choice
from dev.export import exported
from dev.odoo import Odoo
from dev.paths import ADDON, CHECKOUT, LINKS, PYTHON, RUN
from dev.processes import die_with_parent
from dev.progress import say
from dev.totals import Total, count

PYTEST = (
    str(PYTHON),
    "-m",
    "pytest",
    "-p",
    "no:cacheprovider",
    "-ra",
    # What to look at when all of it takes too long.
    "--durations=10",
    "-c",
    os.devnull,
)
# The plugin for Odoo is loaded on its own accord, and fails without Odoo.
WITHOUT_ODOO = ("-p", "no:odoo", "-p", "dev.pytest_pure", "--import-mode=importlib")
NOTHING_RAN = 5


def pure(choice: Choice) -> Total:
    """Run the tests that need neither Odoo nor a database."""
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
        options += ["-p", "dev.pytest_in_odoo"]
        env = odoo.environment()
        env["PYTHONPATH"] += os.pathsep + str(CHECKOUT)
        # What a test stores is never committed, so PostgreSQL takes full tables for
        # empty ones, and reads them from end to end.
        env["PGOPTIONS"] = "-c enable_seqscan=off"
        if choice.share:
            options += ["-p", "dev.pytest_share", f"--share={choice.share}"]
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
    notes = RUN / f"notes-{part}-{os.getpid()}.txt"
    for left in (report, notes):
        left.unlink(missing_ok=True)
    own = [f"--rootdir={CHECKOUT}", f"--junit-xml={report}"]
    code = subprocess.run(
        [*PYTEST, *own, *options, *arguments],
        cwd=CHECKOUT,
        env={**(os.environ if env is None else env), "TEST_NOTES": str(notes)},
        preexec_fn=die_with_parent(),
    ).returncode
    # What a test has to say although it has passed.
    if notes.is_file():
        say(notes.read_text().strip())
        notes.unlink()
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


WITH_ODOO: dict[str, Callable[[Odoo, Choice], Total]] = {
    "odoo": _odoo,
    "odoo-lint": _odoo_lint,
    "stories": _stories,
}
"""Name of a part that needs an Odoo → what runs it."""
