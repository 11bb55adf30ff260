"""Pytest plugin for tests that need no Odoo, although their package imports it.

The checkout is the addon's package, whose `__init__.py` imports Odoo. This plugin gives
the packages above `tests/pure` empty stand-ins under the addon's name, so that a test
there can say `from ...lifecycle import plan`, and one to the package above
`tests/stories`, whose tests only look at Odoo from outside. Use:
`pytest -p dev.pytest_pure`.
"""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from dev import stand_in
from dev.paths import ADDON, CHECKOUT

PURE = CHECKOUT / "tests" / "pure"


class PureModule(pytest.Module):
    """A test module that is imported below the stand-ins."""

    def _getobj(self) -> ModuleType:
        name = ".".join(self.path.relative_to(PURE).with_suffix("").parts)
        return importlib.import_module(f"{ADDON}.tests.pure.{name}")


def pytest_load_initial_conftests() -> None:
    """Put the stand-ins where Python looks for parent packages."""
    for name, folder in (
        ("tests", CHECKOUT / "tests"),
        (ADDON, CHECKOUT),
        (f"{ADDON}.tests", CHECKOUT / "tests"),
        (f"{ADDON}.tests.pure", PURE),
    ):
        stand_in.package(name, folder)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Dir:
    """Take every folder as a plain one: a package would be imported by pytest."""
    return pytest.Dir.from_parent(parent, path=path)


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Import the modules below `tests/pure` in our way, all others in pytest's."""
    if PURE not in module_path.parents:
        return None
    return PureModule.from_parent(parent, path=module_path)
