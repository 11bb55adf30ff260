from odoo.tests import new_test_user

from .common import StripeInvoiceCommon

GROUPS = {
    "salesman": "base.group_user,sales_team.group_sale_salesman_all_leads",
    "billing": "base.group_user,account.group_account_invoice",
    "readonly": "base.group_user,account.group_account_readonly",
    "accountant": "base.group_user,account.group_account_manager",
    "administrator": "base.group_user,base.group_system",
    "portal": "base.group_portal",
}
EXPORT = "base.group_allow_export"


class StripeRightsCommon(StripeInvoiceCommon):
    """One user of each kind, in the connected company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(
                cls.env,
                f"stripe_{name}",
                groups=groups if name == "portal" else f"{groups},{EXPORT}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for name, groups in GROUPS.items()
        }

    def occurrences(self, text):
        """Return the tables that hold ``text`` in any column of any row."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [row[0] for row in self.env.cr.fetchall()]
        return [table for table in tables if self._holds(table, text)]

    def _holds(self, table, text):
        query = f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1'
        self.env.cr.execute(query, [f"%{text}%"])
        return bool(self.env.cr.rowcount)
