import logging
import os
import time
from importlib.util import find_spec
from unittest import skipUnless
from unittest.mock import patch

import freezegun

from odoo.tests import new_test_user, tagged

from .common import StripeInvoiceCommon

# How many stories are told, of how many acts, and with which seed.
STORIES = int(os.environ.get("STRIPE_STORIES", "100"))
ACTS = int(os.environ.get("STRIPE_STORY_ACTS", "14"))
SEED = int(os.environ.get("STRIPE_STORY_SEED", "1"))


class StoryCase(StripeInvoiceCommon):
    """What a story needs: a billing user, a bank, and a clock that can be moved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catch_up_cron = cls.env.ref("sale_stripe_invoice.ir_cron_catch_up")
        cls.billing_user = new_test_user(
            cls.env,
            "billing",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.bank = cls.company_data["default_journal_bank"]
        cls.bad_debt_account = cls.company_data["default_account_expense"]
        # They write a line or more per request, and there are a hundred thousand.
        for name in ("stripe", "odoo.addons.base.models.ir_cron", "odoo.models.unlink"):
            cls.startClassPatcher(
                patch.object(logging.getLogger(name), "level", logging.WARNING)
            )
        freezer = freezegun.freeze_time(tick=True)
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        # Only the calendar moves; what measures how long something takes does not.
        time.monotonic = freezegun.api.real_monotonic
        time.perf_counter = freezegun.api.real_perf_counter


@tagged("post_install", "-at_install")
class TestConvergence(StoryCase):
    """Whatever happens in whatever order, both sides agree at the end."""

    @skipUnless(find_spec("hypothesis"), "Hypothesis is not installed")
    def test_both_sides_agree_at_the_end_of_every_story(self):
        from hypothesis import HealthCheck, seed, settings
        from hypothesis.stateful import run_state_machine_as_test

        from .story_machine import Stories

        def machine():
            return Stories(self)

        told = settings(
            max_examples=STORIES,
            stateful_step_count=ACTS,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )
        print(f"{STORIES} stories, seed {SEED}")
        run_state_machine_as_test(seed(SEED)(machine), settings=told)
