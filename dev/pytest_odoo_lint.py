"""Pytest plugin that lets Odoo's `test_lint` look at the addon alone.

By itself it reads every addon on the path, and all of Odoo as well. What it logs as a
warning is a failure here, as on Odoo's own build servers. Use:
`pytest -p dev.pytest_odoo_lint --pyargs odoo.addons.test_lint.tests`.
"""

import logging
from collections.abc import Iterator
from unittest.mock import PropertyMock, patch

import pytest

from dev.paths import ADDON

NOT_ABOUT_ADDONS = ("test_checkers.py",)
"""Tests of the checkers themselves."""


def pytest_ignore_collect(collection_path: "pytest.Path") -> bool | None:  # type: ignore[name-defined]
    """Leave out what does not look at addons."""
    return True if collection_path.name in NOT_ABOUT_ADDONS else None


@pytest.fixture(autouse=True)
def only_the_addon(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Hide all other addons, and Odoo itself, from one test."""
    from odoo.modules import Manifest
    from odoo.tools import config

    ours = Manifest.for_addon(ADDON)
    with (
        patch.object(Manifest, "all_addon_manifests", lambda: [ours]),
        patch.object(type(config), "root_path", PropertyMock(return_value=ours.path)),
        caplog.at_level(logging.WARNING),
    ):
        yield
    assert not caplog.messages
