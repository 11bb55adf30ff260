from odoo.tests import tagged

from .story_case import StoryCase


@tagged("post_install", "-at_install")
class TestFoundStories(StoryCase):
    """What random stories have found wrong, told again in as few acts as possible."""

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
