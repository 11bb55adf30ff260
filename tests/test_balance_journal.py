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

    def to_fix(self, user=None):
        """Return the number on the card of the Stripe journal."""
        self.env.invalidate_all()
        journal = self.account.journal_id.with_user(user or self.biller)
        return json.loads(journal.kanban_dashboard)["stripe_to_fix"]

    def shown(self, action):
        """Return the records that an action shows."""
        return self.env[action["res_model"]].sudo().search(action["domain"])

    def test_what_is_to_be_fixed_is_counted_and_leads_there(self):
        self.assertEqual(self.to_fix(), 0)
        self.start = self.newest_move()
        self.at_stripe("balance_transaction", type="adjustment", amount=-700)
        self.account._want_balance()
        self.settle()
        self.assertEqual(self.to_fix(), 1)
        journal = self.account.journal_id.with_user(self.biller)
        self.assertEqual(self.shown(journal.action_stripe_to_fix()), self.rows())
        # More than 26 characters: Stripe would not take it.
        move = self.make_invoice(post=False)
        move.name = "INV/2026/11/A-VERY-LONG-PREFIX/00001"
        move.action_post()
        self.run_worker()
        self.assertTrue(move.stripe_to_fix)
        self.assertEqual(self.to_fix(), 2, "It is refused, and counted once")
        action = journal.action_stripe_to_fix()
        self.assertEqual(
            (action["res_model"], action["target"]), ("stripe.account", "new")
        )
        account = self.env["stripe.account"].with_user(self.biller)
        account = account.browse(action["res_id"]).with_context(to_fix="fix_documents")
        documents = self.shown(account.action_show_to_fix())
        self.assertEqual(documents, move.sudo().stripe_document_id)
        self.assertEqual(self.to_fix(self.reader), 0)

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
