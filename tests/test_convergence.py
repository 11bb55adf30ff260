import logging
import os
from importlib.util import find_spec
from unittest import skipUnless

from odoo.tests import tagged

from .story_case import StoryCase

_logger = logging.getLogger(__name__)

# How many stories are told, of how many acts, and with which seed.
STORIES = int(os.environ.get("STRIPE_STORIES", "100"))
ACTS = int(os.environ.get("STRIPE_STORY_ACTS", "10"))
SEED = int(os.environ.get("STRIPE_STORY_SEED", "1"))


@tagged("post_install", "-at_install")
class TestConvergence(StoryCase):
    """Whatever happens in whatever order, both sides agree at the end."""

    @skipUnless(find_spec("hypothesis"), "Hypothesis is not installed")
    def test_both_sides_agree_at_the_end_of_every_story(self):
        from hypothesis import HealthCheck, Phase, seed, settings
        from hypothesis.stateful import run_state_machine_as_test

        from .story_machine import Stories

        def machine():
            return Stories(self)

        told = settings(
            max_examples=STORIES,
            stateful_step_count=ACTS,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )
        _logger.info("%s stories, seed %s", STORIES, SEED)
        run_state_machine_as_test(seed(SEED)(machine), settings=told)
