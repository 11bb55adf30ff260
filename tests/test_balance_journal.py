import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .balance_common import BalanceCommon


@tagged("post_install", "-at_install")
class TestBalanceJournal(BalanceCommon):
    """The balance is imported from each journal that shows it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls.make_user("biller", "account.group_account_invoice")
        cls.reader = cls.make_user("reader", "account.group_account_readonly")

    @classmethod
    def make_user(cls, name, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            name,
            group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def journals(self):
        """Return the journals of euros and dollars."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        return self.account.journal_id + self.account._balance_in(dollar).journal_id

    def offered(self, journals, user):
        """Return whether each journal offers the import, on its card and form."""
        self.env.invalidate_all()
        journals = journals.with_user(user)
        cards = [
            json.loads(text)["stripe_can_import"]
            for text in journals.mapped("kanban_dashboard")
        ]
        self.assertEqual(journals.mapped("stripe_can_import"), cards)
        return cards

    def test_it_is_offered_on_each_journal_of_stripes(self):
        bank = self.company_data["default_journal_bank"]
        journals = self.journals()
        offered = self.offered(journals + bank, self.biller)
        self.assertEqual(offered, [True, True, False])
        self.assertEqual(self.offered(journals, self.reader), [False, False])

    def test_it_is_not_offered_where_nothing_is_booked(self):
        journals = self.journals()
        self.account.import_balance = False
        self.assertEqual(self.offered(journals, self.biller), [False, False])

    def test_it_imports(self):
        for journal in self.journals():
            with self.subTest(journal.name):
                self.start = self.newest_move()
                self.at_stripe("balance_transaction", type="stripe_fee", amount=-100)
                self.account.sudo().balance_wanted_at = False
                answer = journal.with_user(self.biller).action_stripe_import_balance()
                self.assertEqual(answer["tag"], "display_notification")
                self.settle()
                self.assertEqual(len(self.entries()), 1)

    def test_who_may_not(self):
        journal = self.account.journal_id
        with self.assertRaisesRegex(UserError, "may not import"):
            journal.with_user(self.reader).action_stripe_import_balance()
        other = self.setup_other_company(name="Other")["company"]
        stranger = self.make_user("stranger", "account.group_account_invoice", other)
        with self.assertRaises(UserError):
            journal.with_user(stranger).action_stripe_import_balance()

    def test_the_buttons_are_for_those_who_may(self):
        for view, kind in (
            ("account.account_journal_dashboard_kanban_view", "kanban"),
            ("account.view_account_journal_form", "form"),
        ):
            view_id = self.env.ref(view).id
            for user, there in ((self.biller, True), (self.reader, False)):
                journals = self.env["account.journal"].with_user(user)
                arch = journals.get_view(view_id, kind)["arch"]
                self.assertEqual("action_stripe_import_balance" in arch, there, kind)
