"""Pytest plugin that makes once what each test class in Odoo begins with.

It also gives a browser's first page the time that a busy machine takes for it. It runs
in a process that has a database of its own, which is thrown away. Use:
`pytest -p dev.pytest_in_odoo`.
"""

import pytest

COMPANY = "company_1_data"
"""The name that Odoo's tests of accounting give to their company."""

LOCK_SECONDS = 180
"""How long a request waits for another one that holds the test's transaction.

The first page compiles Odoo's assets, which takes longer than Odoo's 20 s when the
machine is busy; what waits in vain answers with a page of HTML, and the tour fails.
"""


@pytest.fixture(scope="session", autouse=True)
def _patient_requests(load_registry: None) -> None:
    """Let requests wait for the assets."""
    from odoo.tests.common import BaseCase

    BaseCase.test_cursor_lock_timeout = LOCK_SECONDS


@pytest.fixture(scope="session", autouse=True)
def _company_with_chart(load_registry: None) -> None:
    """Have a company with accounts, for `tests/common.py` to take."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    from odoo.addons.account.tests.common import AccountTestInvoicingCommon as Odoos

    with Registry(get_db_name()).cursor() as cursor:
        Odoos.env = api.Environment(cursor, SUPERUSER_ID, Odoos.default_env_context())
        Odoos._create_company(name=COMPANY)
        del Odoos.env
