"""Pytest plugin that makes once what each test class in Odoo begins with.

It runs in a process that has a database of its own, which is thrown away. Use:
`pytest -p dev.pytest_in_odoo`.
"""

import pytest

COMPANY = "company_1_data"
"""The name that Odoo's tests of accounting give to their company."""


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
