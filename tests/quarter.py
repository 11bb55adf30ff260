"""A quarter, week by week: invoices are made, and trouble comes."""

import random
from datetime import datetime, time, timedelta, timezone

import freezegun

from .quarter_affair import KINDS, Affair

WEEKS = 13
# The last one that begins has ended by then, and its money has arrived.
LAST_BEGINNING = 7
WEEK = timedelta(days=7)


class Quarter:
    """Plays a quarter in Odoo and at Stripe; the same seed plays the same one.

    :param case: a ``MovementsCommon`` with a ``clock``
    :param int count: how many affairs, of an invoice or two each
    :param int seed: see :class:`Affair`
    """

    def __init__(self, case, count, seed):
        self.case = case
        self.dice = random.Random(seed)
        kinds = self.dice.sample(list(KINDS), len(KINDS))
        self.beginnings = [
            (self.dice.randrange(LAST_BEGINNING), number, kinds[number % len(kinds)])
            for number in range(count)
        ]
        self.seed = seed
        self.affairs = []
        self.running = []
        self.delivered = 0

    def play(self, hear):
        """Play it all.

        :param hear: function of this quarter, by which Odoo learns of a week
        """
        for week in range(WEEKS):
            self.move_clocks(week)
            self.refresh_statistics()
            self.begin(week)
            self.dice.shuffle(self.running)
            self.running = [one for one in self.running if self.step(one)]
            if week % 4 == 1:
                fee = {"type": "stripe_fee", "amount": -1500, "description": "Radar"}
                self.case.at_stripe("balance_transaction", **fee)
            self.case.settle()
            self.move_clocks(week + 1, -timedelta(hours=1))
            hear(self)
            self.case.settle()
        self.case.assertFalse([one.kind for one in self.running])

    def refresh_statistics(self):
        """Let PostgreSQL know how much there is by now.

        It learns that by itself of what is committed, and a test commits nothing.
        """
        self.case.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_payment, "
            "account_partial_reconcile, account_bank_statement_line"
        )

    def begin(self, week):
        """Begin what begins this week."""
        for at, number, kind in self.beginnings:
            if at == week:
                affair = Affair(self.case, self.seed, number, kind)
                self.affairs.append(affair)
                self.running.append(affair)

    def step(self, affair):
        """Go one step further; return whether there is another one."""
        try:
            next(affair.steps)
        except StopIteration:
            return False
        except Exception as error:
            raise AssertionError(f"It happened to {affair.partner.name}") from error
        return True

    def move_clocks(self, weeks, more=timedelta()):
        """Let it be so many weeks after the first Monday that is yet to come."""
        today = freezegun.api.real_datetime.fromtimestamp(
            freezegun.api.real_time(), timezone.utc
        ).date()
        monday = today + timedelta(days=7 - today.weekday())
        morning = datetime.combine(monday, time(8), timezone.utc)
        now = morning + weeks * WEEK + more
        self.case.clock.move_to(now)
        self.case.simulator.control("clock/set", {"epoch": round(now.timestamp())})

    # === HOW ODOO LEARNS OF IT === #

    def deliver(self):
        """Deliver the events that have not come yet, in any order, some twice."""
        events = self.case.simulator.control("objects/event")["data"]
        new = events[self.delivered :]
        self.delivered = len(events)
        new += self.dice.sample(new, len(new) // 5)
        self.dice.shuffle(new)
        for event in new:
            self.case.receive(event)

    def catch_up(self):
        """Look for what was missed, which is everything."""
        self.case.run_worker(self.case.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
