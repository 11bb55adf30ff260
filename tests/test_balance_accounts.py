import csv

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.misc import file_open

from ..models.chart_codes import CHART_CODES
from .common import StripeInvoiceCommon

# Where Odoo keeps the charts, and how many digits their codes have.
CHARTS = {
    "fr": ("l10n_fr_account/data/template/account.account-fr.csv", 6),
    "be": ("l10n_be/data/template/account.account-be.csv", 6),
    "de_skr03": ("l10n_de/data/template/account.account-de_skr03.csv", 4),
    "de_skr04": ("l10n_de/data/template/account.account-de_skr04.csv", 4),
    "ch": ("l10n_ch/data/template/account.account-ch.csv", 4),
    "us": ("l10n_us_account/data/template/account.account-us.csv", 6),
    "generic_coa": ("account/data/template/account.account-generic_coa.csv", 6),
}


@tagged("post_install", "-at_install")
class TestBalanceAccounts(StripeInvoiceCommon):
    """The accounts that fees, disputes and payouts need."""

    IMPORT_BALANCE = True

    def make_other_account(self):
        """Return a second account of the company, as Connect makes it."""
        values = {
            "stripe_id": "acct_other",
            "name": "Other",
            "company_id": self.company.id,
            "tz": "UTC",
        }
        account = self.env["stripe.account"].create(values)
        account._ensure_accounting()
        return account

    def test_connect_makes_every_account(self):
        account = self.account
        self.assertFalse(account._missing_accounts())
        self.assertTrue(account.import_balance)
        self.assertTrue(account.import_start)
        self.assertTrue(account.dispute_account_id.reconcile)
        self.assertTrue(account.transit_account_id.reconcile)
        self.assertEqual(account.fee_account_id.account_type, "expense")
        self.assertNotEqual(account.dispute_account_id, account.transit_account_id)
        paid = self.company.account_purchase_tax_id.invoice_repartition_line_ids
        self.assertIn(account.fee_tax_account_id, paid.account_id)

    def test_accounts_of_the_chart_in_use(self):
        self.assertEqual(self.company.chart_template, "generic_coa")
        codes = CHART_CODES["generic_coa"]
        self.assertEqual(self.account.fee_account_id.code, codes["fee"])
        self.assertEqual(self.account.dispute_account_id.code, codes["dispute"])
        self.assertEqual(self.account.transit_account_id.code, codes["transit"])

    def test_code_that_is_taken_gives_way_to_the_next(self):
        other = self.make_other_account()
        code = str(int(CHART_CODES["generic_coa"]["fee"]) + 1)
        self.assertEqual(other.fee_account_id.code, code)

    def test_codes_are_free_in_every_chart(self):
        for chart, (path, digits) in CHARTS.items():
            with file_open(path) as content:
                rows = list(csv.DictReader(content))
            taken = {row["code"].ljust(digits, "0") for row in rows}
            for purpose, code in CHART_CODES[chart].items():
                with self.subTest(chart=chart, purpose=purpose):
                    self.assertEqual(len(code), digits)
                    self.assertFalse({code} & taken)

    def test_chart_that_is_not_known_has_neighbours(self):
        self.company.chart_template = False
        other = self.make_other_account()
        self.assertEqual(other.fee_account_id.account_type, "expense")

    def test_each_currency_has_a_journal_of_its_own(self):
        account, dollar = self.account, self.company.currency_id
        franc = self.env.ref("base.CHF")
        self.assertEqual(account._balance_in(dollar).journal_id, account.journal_id)
        foreign = account._balance_in(franc)
        self.assertEqual(foreign.journal_id.currency_id, franc)
        self.assertEqual(account._balance_in(franc), foreign)
        lines = foreign.journal_id.inbound_payment_method_line_ids
        self.assertEqual(lines.payment_account_id, account.transit_account_id)

    def test_each_missing_account_is_named(self):
        account = self.account
        account.import_balance = False
        account.write({"fee_account_id": False, "dispute_account_id": False})
        with self.assertRaises(UserError) as caught:
            account._ensure_complete()
        self.assertIn("Stripe Disputes", str(caught.exception))
        self.assertIn("Fee Account", str(caught.exception))
        with self.assertRaises(ValidationError) as caught:
            account.import_balance = True
        self.assertIn("Stripe Disputes", str(caught.exception))

    def test_account_of_another_company_is_refused(self):
        other = self.setup_other_company(name="Foreign")
        foreign = other["default_account_expense"]
        with self.assertRaises(UserError):
            self.account.dispute_account_id = foreign
