import logging
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..stripe_api.gateway import StripeGateway
from .common import StripeInvoiceCommon

_logger = logging.getLogger(__name__)

PASTED = "sk_test_simulator"


@tagged("post_install", "-at_install")
class TestSecretLog(StripeInvoiceCommon):
    """Odoo logs a statement that fails, and none of them holds a secret (I14)."""

    def setUp(self):
        super().setUp()
        self.remote = self.simulator.api("account")
        self.mine, self.theirs = (self.open_environment() for _number in range(2))
        accounts = self.theirs["stripe.account"]
        self.their_company = self.theirs.ref("base.main_company")
        self.their_account = accounts.create(
            {
                "name": "Committed",
                "company_id": self.their_company.id,
                "stripe_id": self.remote["id"],
                "tz": "UTC",
            }
        )
        self.theirs.cr.commit()
        self.addCleanup(self.forget, self.their_account)
        self.company_here = self.mine.ref("base.main_company")

    def open_environment(self):
        """Return an environment with a connection of its own to the database."""
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {})

    def make_gateway(self, key):
        return StripeGateway(key, self.simulator.url)

    def forget(self, account):
        account.unlink()
        account.env.cr.commit()

    def assert_collides_in_silence(self, act):
        with self.assertLogs("odoo", "DEBUG") as logs:
            _logger.warning("It collides")
            with self.assertRaises(SerializationFailure):
                act()
            self.mine.cr.rollback()
        lines = [
            record.getMessage()
            for record in logs.records
            if record.name != "odoo.sql_db" or record.levelname != "DEBUG"
        ]
        self.assertNotIn(PASTED, "\n".join(lines))

    def test_key_that_is_pasted_while_somebody_writes_the_company(self):
        settings = self.mine["res.config.settings"].create(
            {"company_id": self.company_here.id}
        )
        self.theirs.cr.execute(
            "UPDATE res_company SET write_date = write_date WHERE id = %s",
            [self.their_company.id],
        )
        self.theirs.cr.commit()

        def paste():
            settings.stripe_secret_key = PASTED
            self.mine.flush_all()

        self.assert_collides_in_silence(paste)

    def test_key_that_is_stored_while_the_worker_writes_the_account(self):
        self.their_account.failures = 1
        self.theirs.cr.commit()

        def connect():
            accounts = self.mine["stripe.account"]
            # The address of the simulator is in the transaction of the test alone.
            with patch.object(type(accounts), "_make_gateway", self.make_gateway):
                accounts._connect(self.company_here, PASTED)
            self.mine.flush_all()

        self.assert_collides_in_silence(connect)
