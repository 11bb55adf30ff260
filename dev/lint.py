"""`make lint`: format, style, types, XML and translations."""

import os
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from pathlib import Path

from dev import environment
from dev.export import exported, files
from dev.paths import CHECKOUT, HOME, VENV
from dev.processes import die_with_parent
from dev.progress import SetupError, say
from dev.side_by_side import Job, SideBySide

PURE = (
    "const.py",
    "lifecycle.py",
    "correction.py",
    "checkout.py",
    "payloads/*.py",
    "postings/*.py",
    "stripe_api/*.py",
    "stripe_api/calls/*.py",
)
READS_RECORDS = "payloads/snapshot"
"""The one part of the pure packages that knows Odoo's records, and has no types."""


def lint(names: list[str]) -> int:
    """Run the checks `names`, or all; return 0 when nothing was found."""
    unknown = set(names) - set(CHECKS)
    if unknown:
        raise SetupError(f"No such check: {', '.join(unknown)}. Have {list(CHECKS)}.")
    environment.ensure_python()
    if len(names) == 1:
        return _run(names[0])
    failed = []
    with SideBySide(jobs(names or CHECKS)) as ended:
        for one in ended:
            say(one.output.strip())
            failed += [one.job.title] if one.code else []
    if failed:
        say(f"\nTo be mended: {', '.join(failed)}")
    return 1 if failed else 0


def jobs(names: Iterable[str]) -> list[Job]:
    """Return the checks `names` as jobs."""
    return [Job.of_ours(f"lint {name}", "lint", name) for name in names]


def _run(name: str) -> int:
    found = CHECKS[name]()
    say(f"{'FAILED' if found else 'ok':6}  {name}")
    return 1 if found else 0


def _format() -> bool:
    return _fails("ruff", "format", "--check", ".")


def _style() -> bool:
    return _fails("ruff", "check", "--quiet", "--output-format=concise", ".")


def _types() -> bool:
    config = f"--config-file={CHECKOUT / 'pyproject.toml'}"
    cache = f"--cache-dir={HOME / 'mypy'}"
    programs = _fails("mypy", "--no-error-summary", config, cache, "simulator", "dev")
    with exported() as addon:
        paths = sorted(path for pattern in PURE for path in addon.glob(pattern))
        pure = [
            str(path.relative_to(addon.parent))
            for path in paths
            if path.parent != addon / READS_RECORDS
        ]
        # The addon is one package here, which imports Odoo; only what is named counts.
        options = ["--follow-imports=silent", "--no-explicit-package-bases"]
        options += ["--no-error-summary", "--no-incremental", config]
        return _fails("mypy", *options, *pure, cwd=addon.parent) or programs


def _odoo() -> bool:
    rules = f"--rcfile={CHECKOUT / '.pylintrc'}"
    with exported() as addon:
        return _fails("pylint", rules, addon.name, cwd=addon.parent)


def _xml() -> bool:
    found = False
    for name in files("*.xml", "*.svg"):
        try:
            ElementTree.parse(CHECKOUT / name)
        except ElementTree.ParseError as error:
            say(f"{name}: {error}")
            found = True
    return found


def _translations() -> bool:
    return _fails("python", "-m", "dev.translations")


CHECKS: dict[str, Callable[[], bool]] = {
    "format": _format,
    "style": _style,
    "types": _types,
    "odoo": _odoo,
    "xml": _xml,
    "translations": _translations,
}
"""Name of a check → what runs it and returns whether it found something."""


def _fails(program: str, *arguments: str, cwd: Path = CHECKOUT) -> bool:
    """Run a program of the virtual environment; return whether it complained."""
    done = subprocess.run(
        [str(VENV / "bin" / program), *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": "", "MYPYPATH": ""},
        preexec_fn=die_with_parent(),
    )
    return done.returncode != 0
