"""The table of states, applied step by step until it comes to rest."""

import dataclasses
from itertools import product

import pytest

from ...lifecycle import (
    NO_FACTS,
    NOTHING,
    PAYABLE,
    Call,
    Facts,
    Later,
    Nothing,
    Reason,
    Refusal,
    Status,
    Step,
    Target,
    plan,
)
from .invoice_states import (
    ALL_FACTS,
    CELLS,
    LONGEST_WAY,
    MOVES,
    REFUSED,
    SATISFIED,
    STRIPE,
    wish,
)


@dataclasses.dataclass
class Stripe:
    """Stripe and Odoo's records, as far as one invoice goes."""

    status: Status
    # How many times lines must be added before a draft is whole.
    chunks: int = 1
    # An invoice over nothing is paid as soon as it is finalized.
    total: int = 100
    facts: Facts = NO_FACTS
    missing: int = dataclasses.field(init=False)
    calls: int = 0

    def __post_init__(self) -> None:
        self.missing = self.chunks

    def known(self) -> Facts:
        return self.facts._replace(lines_missing=self.missing > 0)

    def take(self, call: Call) -> None:
        """Do what is asked, or raise KeyError where Stripe would refuse."""
        after = STRIPE[self.status, call]
        self.calls += 1
        if call is Call.CREATE:
            self.missing = self.chunks
            self.facts = self.facts._replace(outdated=False)
        if call is Call.ADD_LINES:
            self.missing -= 1
        if call is Call.FINALIZE:
            assert not self.missing, "an incomplete draft was finalized"
            after = after if self.total else Status.PAID
        if call is Call.REPORT_PAYMENT:
            changes = {"part_unreported": False, "part_unattached": True}
            self.facts = self.facts._replace(**changes)
        if call is Call.ATTACH_PAYMENT:
            self.facts = self.facts._replace(part_unattached=False)
        if call is Call.SEND:
            self.facts = self.facts._replace(to_send=False)
        if call in (Call.REMIND, Call.HOLD_REMINDERS):
            self.facts = self.facts._replace(reminding=call is Call.REMIND)
        self.status = after


def run(stripe_side: Stripe, target: Target, most: int = LONGEST_WAY) -> Step:
    """Plan and act until nothing is left to do; fail after ``most`` calls."""
    for _ in range(most + 1):
        step = plan(stripe_side.status, target, stripe_side.known())
        if not isinstance(step, Call):
            return step
        stripe_side.take(step)
    raise AssertionError(f"No rest after {most} calls, {stripe_side.status=}")


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_every_wish_is_reached_or_refused(status: Status, target: Target) -> None:
    stripe_side = Stripe(status)
    end = run(stripe_side, target)
    if (status, target) in REFUSED:
        assert end == Refusal(REFUSED[status, target])
        assert stripe_side.status is status
    else:
        assert end == NOTHING
        assert stripe_side.status in SATISFIED[target]


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_whatever_the_facts_it_comes_to_rest(status: Status, target: Target) -> None:
    for facts in ALL_FACTS:
        stripe_side = Stripe(status, facts=facts)
        end = run(stripe_side, target)
        wanted = wish(target, facts)
        if isinstance(end, Nothing):
            assert stripe_side.status in SATISFIED[wanted], facts
        elif isinstance(end, Later):
            draft = stripe_side.status is Status.DRAFT
            held = facts.too_early if draft else facts.processing
            payable = stripe_side.status in PAYABLE
            assert held or (facts.replaces_valid and not payable), facts
        elif end == Refusal(Reason.PART_UNTOLD):
            assert facts.part_untold and stripe_side.status in PAYABLE
        else:
            assert end == Refusal(REFUSED[status, wanted]), facts


def test_the_bound_is_no_larger_than_it_must_be() -> None:
    """Else a circle could hide below it."""
    longest = 0
    for (status, target), facts in product(CELLS, ALL_FACTS):
        stripe_side = Stripe(status, facts=facts)
        run(stripe_side, target)
        longest = max(longest, stripe_side.calls)
    assert longest == LONGEST_WAY


def test_lines_go_out_in_as_many_chunks_as_it_takes() -> None:
    stripe_side = Stripe(Status.NONE, chunks=3)
    assert run(stripe_side, Target.OPEN, most=5) == NOTHING
    assert stripe_side.status is Status.OPEN


def test_an_outdated_draft_is_made_anew_before_anything_is_added() -> None:
    facts = Facts(outdated=True, lines_missing=True)
    assert plan(Status.DRAFT, Target.OPEN, facts) is Call.DELETE
    stripe_side = Stripe(Status.DRAFT, facts=facts)
    assert run(stripe_side, Target.OPEN) == NOTHING
    assert stripe_side.status is Status.OPEN


@pytest.mark.parametrize(
    ("target", "end"),
    [
        (Target.OPEN, NOTHING),
        (Target.CHARGED, NOTHING),
        (Target.PAID, NOTHING),
        (Target.UNCOLLECTIBLE, Refusal(Reason.FINAL_PAID)),
    ],
)
def test_an_invoice_over_nothing_is_paid_at_once(target: Target, end: Step) -> None:
    stripe_side = Stripe(Status.NONE, total=0)
    assert run(stripe_side, target) == end
    assert stripe_side.status is Status.PAID


@pytest.mark.parametrize(("first", "second"), list(product(Target, Target)))
@pytest.mark.parametrize("interrupted_after", range(LONGEST_WAY))
def test_a_changed_mind_comes_to_rest_too(
    first: Target, second: Target, interrupted_after: int
) -> None:
    busy = Facts(part_unreported=True, to_send=True, outdated=True)
    for facts in (NO_FACTS, busy, Facts(settled_elsewhere=True)):
        stripe_side = Stripe(Status.NONE, facts=facts)
        for _ in range(interrupted_after):
            step = plan(stripe_side.status, first, stripe_side.known())
            if isinstance(step, Call):
                stripe_side.take(step)
        end = run(stripe_side, second)
        rests = SATISFIED[wish(second, facts)]
        assert isinstance(end, Refusal) or stripe_side.status in rests


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_somebody_else_acting_at_stripe_never_makes_us_loop(
    status: Status, target: Target
) -> None:
    """Before any of our calls, twice, somebody else may have moved the invoice."""
    most = 3 * LONGEST_WAY
    # What we know, what is true, lines missing, moves by others left, calls made.
    ways = [(status, status, True, 2, 0)]
    ends = set()
    while ways:
        known, true, missing, others, calls = ways.pop()
        step = plan(known, target, Facts(lines_missing=missing))
        if not isinstance(step, Call):
            ends.add((known, step))
            continue
        assert calls < most
        # Where Stripe refuses, a look shows what is true.
        after = STRIPE.get((true, step), true)
        lines = step is not Call.ADD_LINES and (missing or step is Call.CREATE)
        ways.append((after, after, lines, others, calls + 1))
        if others and known is true:
            elsewhere = {end for begin, end in MOVES if begin is true}
            ways += [(known, end, missing, others - 1, calls) for end in elsewhere]
    for known, step in ends:
        assert isinstance(step, Refusal) or known in SATISFIED[target]
