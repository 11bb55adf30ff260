"""The wheel: what is in it, and that an Odoo which has nothing else installs it."""

import ast
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from dev import databases, environment, templates
from dev.export import files
from dev.odoo import Odoo, problems
from dev.paths import ADDON, CHECKOUT
from dev.processes import log_path, run

PLACE = f"odoo/addons/{ADDON}/"
BESIDE = ("dev/", "docs/", "simulator/", "tests/pure/", "tests/stories/", ".")
BESIDE_FILES = {"CHANGELOG.md", "Makefile", "pyproject.toml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout as it is, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("hatchling", "build", "-t", "wheel", "-d", str(folder))
    subprocess.run((sys.executable, "-m", *build), cwd=CHECKOUT, check=True)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The files in the wheel."""
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_carries_the_name_and_the_version_of_the_manifest(
    wheel: Path, names: set[str]
) -> None:
    metadata = _metadata(wheel, names)
    version = _manifest()["version"]
    assert wheel.name == f"odoo_addon_{ADDON}-{version}-py3-none-any.whl"
    assert metadata["Name"] == "odoo-addon-sale-stripe-invoice"
    assert metadata["Version"] == version
    assert metadata["Requires-Dist"] == "stripe<17,>=16"


def test_the_wheel_holds_the_addon_and_nothing_beside_it(names: set[str]) -> None:
    addon = {
        name
        for name in files()
        if not name.startswith(BESIDE) and name not in BESIDE_FILES
    }
    assert {name for name in names if ".dist-info/" not in name} == {
        PLACE + name for name in addon
    }


def test_an_odoo_that_has_only_the_wheel_installs_the_addon(
    wheel: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    pip = (sys.executable, "-m", "pip", "install", "--no-deps", "--no-index")
    run((*pip, "--target", site, wheel), log="wheel")
    with environment.ready() as odoo, _without_addon(odoo) as name:
        env = odoo.environment()
        env["PYTHONPATH"] += os.pathsep + str(site)
        # The folder with the link to the checkout is not among these.
        folders = ",".join(map(str, odoo.tree.addons))
        options = ("-d", name, "-i", ADDON, "--stop-after-init", "--no-http")
        log = log_path("wheel-odoo")
        log.unlink(missing_ok=True)
        command = odoo.command(*options, f"--addons-path={folders}")
        run(command, log.stem, env=env, cwd=tmp_path)
        query = f"SELECT state FROM ir_module_module WHERE name = '{ADDON}'"
        assert odoo.cluster.psql(query, database=name) == [["installed"]]
    assert problems(log.read_text()) == []


@contextmanager
def _without_addon(odoo: Odoo) -> Iterator[str]:
    """Have a database of Odoo alone."""
    base = templates.ensure_base(odoo, templates.TEST)
    with databases.clone(odoo.cluster, base, "wheel") as name:
        yield name


def _metadata(wheel: Path, names: set[str]) -> Message:
    [name] = [name for name in names if name.endswith(".dist-info/METADATA")]
    return Parser().parsestr(zipfile.ZipFile(wheel).read(name).decode())


def _manifest() -> dict[str, object]:
    manifest: dict[str, object] = ast.literal_eval(
        (CHECKOUT / "__manifest__.py").read_text()
    )
    return manifest
