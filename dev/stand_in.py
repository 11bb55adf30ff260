"""The addon's package without its `__init__.py`, which imports Odoo."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from dev.paths import ADDON, CHECKOUT


def package(name: str, folder: Path) -> None:
    """Have an empty package of this name that finds its modules in `folder`."""
    if name not in sys.modules:
        stand_in = ModuleType(name)
        stand_in.__path__ = [str(folder)]
        sys.modules[name] = stand_in


def addon_module(name: str) -> ModuleType:
    """Return a module of the addon that needs no Odoo."""
    package(ADDON, CHECKOUT)
    return importlib.import_module(f"{ADDON}.{name}")
