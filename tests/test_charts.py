from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import StripeInvoiceCommon

# Chart → country, and how the codes of the accounts begin that Connect finds or makes.
CHARTS = {
    "generic_coa": ("US", "10171", "12150", "62001", "131", "1014", "1017"),
    "fr": ("FR", "5115", "4671", "6278", "44566", "471", "58"),
    "be_comp": ("BE", "5801", "4161", "6572", "411", "499", "580"),
    "be_asso": ("BE", "5801", "4161", "6572", "411", "499", "580"),
    "de_skr03": ("DE", "136", "159", "497", "157", "12", "136"),
    "de_skr04": ("DE", "146", "137", "685", "140", "18", "146"),
    "ch": ("CH", "109", "119", "694", "117", "10", "109"),
    "us": ("US", "10171", "12150", "65001", "", "1014", "1017"),
}
# What each of them is for, in the order of the codes above.
FIELDS = (
    "transit_account_id",
    "dispute_account_id",
    "fee_account_id",
    "fee_tax_account_id",
    "suspense_account_id",
    "transfer_account_id",
)
EXPENSES = ("expense", "expense_other", "expense_direct_cost")
MATCHED = ("transit_account_id", "dispute_account_id", "transfer_account_id")
CURRENT = ("asset_current", "asset_cash", "liability_current")


@tagged("post_install", "-at_install")
class TestCharts(StripeInvoiceCommon):
    """Connect finds or makes sensible accounts in the charts of several countries."""

    def company_of(self, chart):
        """Return a new company with a chart."""
        country = self.env.ref(f"base.{CHARTS[chart][0].lower()}")
        country.currency_id.active = True
        company = self.env["res.company"].create(
            {
                "name": f"Company {chart}",
                "country_id": country.id,
                "currency_id": country.currency_id.id,
            }
        )
        loader = self.env["account.chart.template"]
        loader.try_loading(chart, company=company, install_demo=False)
        self.env.user.company_ids += company
        self.assertEqual(company.chart_template, chart)
        return company

    def test_each_chart(self):
        for chart in CHARTS:
            with self.subTest(chart), self.forgotten():
                account = self.connect(self.company_of(chart))
                self.check_accounts(account, CHARTS[chart][1:])
                self.check_each_is_needed(account)

    def check_accounts(self, account, codes):
        """Assert that each account is where an accountant of the country expects it."""
        self.assertTrue(account.import_balance, "Nothing is missing")
        for name, code in zip(FIELDS, codes, strict=True):
            with self.subTest(name):
                found = account[name]
                self.assertEqual(found.code[: len(code)], code)
                self.assertIn(account.company_id, found.company_ids)
                if name in MATCHED:
                    self.assertTrue(found.reconcile)
                if name == "fee_account_id":
                    self.assertIn(found.account_type, EXPENSES)
                elif name != "fee_tax_account_id":
                    self.assertIn(found.account_type, CURRENT)
        own = [account[name] for name in FIELDS if name != "fee_tax_account_id"]
        balance = account.journal_id.default_account_id
        self.assertEqual(len({*own, balance}), len(own) + 1, "Each for one thing")
        self.assertEqual(balance.account_type, "asset_cash")

    def check_each_is_needed(self, account):
        """Assert that nothing is switched on while an account is missing, by name."""
        account.import_balance = False
        journal = account.journal_id
        places = {
            "journal_id": (account, "journal_id"),
            "transit_account_id": (
                journal.inbound_payment_method_line_ids,
                "payment_account_id",
            ),
            "fee_account_id": (account, "fee_account_id"),
            "fee_tax_account_id": (account, "fee_tax_account_id"),
            "dispute_account_id": (account, "dispute_account_id"),
            "suspense_account_id": (journal, "suspense_account_id"),
            "transfer_account_id": (account.company_id, "transfer_account_id"),
        }
        for name, (rows, field) in places.items():
            label = account.fields_get([name], ["string"])[name]["string"]
            with self.subTest(name):
                before = {row: row[field] for row in rows}
                rows[field] = False
                with self.assertRaisesRegex(ValidationError, label):
                    account.import_balance = True
                account.import_balance = False
                for row, value in before.items():
                    row[field] = value
        account.import_balance = True
        self.assertFalse(account._missing_accounts())
