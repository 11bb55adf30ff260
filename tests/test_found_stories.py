from odoo.tests import tagged

from .story_case import StoryCase


@tagged("post_install", "-at_install")
class TestFoundStories(StoryCase):
    """What random stories have found wrong, told again in as few acts as possible."""

    def open_invoice(self, **wishes):
        """Return a story that begins with an invoice that is open at Stripe."""
        story = self.tell()
        story.company_wants(**wishes)
        story.make()
        story.confirm(0)
        story.work()
        self.assertEqual(story.moves.stripe_status, "open")
        return story

    def test_no_write_off_is_proposed_for_what_is_settled_in_odoo(self):
        story = self.open_invoice(by_itself=True)
        story.dashboard(0, "mark_uncollectible")
        story.set_off(0)
        story.deliver()
        self.end(story)
        self.assertEqual(story.moves.stripe_status, "paid")
        self.assertFalse(
            self.env["account.move"].search([("stripe_bad_debt", "=", True)])
        )

    def test_another_invoice_at_stripe_is_shown_after_trying_again_too(self):
        story = self.tell()
        story.company_wants(pause=2)
        story.make()
        story.confirm(0)
        story.work()
        story.dashboard_edits(0)
        story.dashboard(0, "finalize")
        self.end(story)
        alert = story.moves._get_alerts()["stripe_other"]["message"]
        self.assertIn("116.00", alert)

    def test_writing_off_what_was_switched_off_does_not_finalize_its_draft(self):
        self.account.finalize_delay = 2
        story = self.tell()
        story.make()
        story.confirm(0)
        story.work()
        story.switch_off(0)
        story.write_off(0)
        self.end(story)
        self.assertEqual(story.moves.stripe_status, "deleted")
