"""Random stories, made and shrunk by Hypothesis."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from .story import Story

INVOICE = {"n": st.integers(0, 2)}

# What a user does with an invoice; what is worth more comes more often.
USER_ACTS = [
    *("confirm", "confirm", "request_cancellation", "request_cancellation"),
    *("charge", "charge", "mail", "mail", "write_off", "write_off"),
    *("reset_to_draft", "cancel", "delete", "switch_off"),
    *("bank_takes_back", "set_off", "retry", "refresh"),
]

# The acts of a story, and what there is to choose.
ACTS = {
    "make": {"price": st.sampled_from([100.0, 12.34, 0.0])},
    "user": {**INVOICE, "act": st.sampled_from(USER_ACTS)},
    "bank_pays": {**INVOICE, "part": st.sampled_from([1.0, 0.25, 1.5])},
    "edit": {**INVOICE, "what": st.sampled_from(["price", "text", "reference"])},
    "customer_pays": {
        **INVOICE,
        "how": st.sampled_from(
            [
                "card",
                "a part",
                "declined card",
                "card to authenticate",
                "debit",
                "debit that bounces",
                "authenticates",
                "fails to authenticate",
            ]
        ),
    },
    "customer_stores_card": {
        **INVOICE,
        "number": st.sampled_from(
            [
                "4242424242424242",
                "4000000000000002",
                "4000002760003184",
                "DE89370400440532013000",
                "DE62370400440532013001",
            ]
        ),
    },
    "dashboard": {
        **INVOICE,
        "act": st.sampled_from(
            ["finalize", "void", "mark_uncollectible", "mark_paid", "delete"]
        ),
    },
    "dashboard_edits": INVOICE,
    "finalization_fails": {"off": st.booleans()},
    "dashboard_revises": INVOICE,
    "deliver": {
        "order": st.sampled_from(["in", "reversed", "shuffled"]),
        "share": st.sampled_from([1.0, 0.5, 0.0]),
        "copies": st.sampled_from([1, 2]),
    },
    "fault": {
        "kind": st.sampled_from(["drop_before", "drop_after", "status"]),
        "nth": st.integers(1, 6),
        "status": st.sampled_from([500, 409, 429, 503]),
        "after": st.booleans(),
        "method": st.sampled_from(["", "POST"]),
    },
    "wait": {"hours": st.sampled_from([0.02, 1, 24, 144])},
    "work": {},
    "go_on": {},
    "catch_up": {},
    "work_and_be_killed": {"request": st.integers(1, 8), "after": st.booleans()},
}

# In what Stripe accounts differ.
DIFFERENCES = [
    ("payment_records", False),
    ("out_of_band_records", True),
    ("void_uncollectible", False),
    ("overdue_events", True),
]


class Stories(RuleBasedStateMachine):
    """Each rule is an act of :class:`~.story.Story`.

    :param case: the test, see ``Story``
    """

    def __init__(self, case):
        super().__init__()
        self.case = case
        self.savepoint = case.env.cr.savepoint()
        self.story = Story(case)

    @initialize(
        more=st.booleans(),
        works=st.sampled_from([True, True, False]),
        pause=st.sampled_from([0, 0, 2]),
        by_itself=st.booleans(),
        differs=st.sampled_from([None, *DIFFERENCES]),
    )
    def begin(self, more, works, pause, by_itself, differs):
        """Begin with invoices that are confirmed, drafts at Stripe, or open."""
        self.story.company_wants(pause=pause, by_itself=by_itself)
        if differs:
            self.story.stripe_differs(*differs)
        for n in range(1 + more):
            self.story.make()
            self.story.confirm(n)
        if works:
            self.story.work()

    def teardown(self):
        """Bring the story to its end, check it, and undo it."""
        try:
            self.case.end(self.story)
        finally:
            self.savepoint.close(rollback=True)
            self.case.env.invalidate_all(flush=False)


def _rule(name, choices):
    def act(self, **chosen):
        getattr(self.story, name)(**chosen)

    act.__name__ = name
    return rule(**choices)(act)


for _name, _choices in ACTS.items():
    setattr(Stories, _name, _rule(_name, _choices))
