from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.tests import new_test_user

from .common import StripeInvoiceCommon
from .story import INVOICES, Story
from .story_end import bring_to_an_end, check, try_again


class StoryCase(StripeInvoiceCommon):
    """What a story needs: a user, a bank, drafts, and a clock that can be moved."""

    PRICE = 100.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing_user = new_test_user(
            cls.env,
            "billing",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.bank = cls.company_data["default_journal_bank"]
        cls.bad_debt_account = cls.company_data["default_account_expense"]
        # Making them takes longer than the rest of a story.
        cls.drafts = cls.env["account.move"].browse(
            [
                cls.make_invoice(
                    cls, price=cls.PRICE, post=False, invoice_date=False
                ).id
                for _n in range(INVOICES)
            ]
        )
        cls.log_only_warnings()
        cls.start_clock()

    def run_job(self, method):
        """Run a scheduled method as the scheduler does, in transactions of its own.

        Without the scheduler's bookkeeping, which would be a third of a story.
        """
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            getattr(env["stripe.account"], method)()

    def tell(self):
        """Return a new story."""
        return Story(self)

    def end(self, story):
        """Bring a story to its end, and check that both sides agree."""
        bring_to_an_end(story)
        check(story)
        if try_again(story):
            check(story)
