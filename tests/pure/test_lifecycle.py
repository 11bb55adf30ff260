"""Every cell of the table of states, and what follows when it is applied step by step.

Stripe's side is written down here once more, from its own table of transitions, so that
the addon's table is compared with something that it did not make itself.
"""

import re
from itertools import product

import pytest
import stripe

from ...lifecycle import (
    FINALIZED,
    NOTHING,
    PAYABLE,
    Call,
    Change,
    Nothing,
    Reason,
    Refusal,
    Status,
    Target,
    observe,
    plan,
)

# https://docs.stripe.com/invoicing/integration/workflow-transitions: ten rows. Seven of
# them move an invoice; a failed payment (twice) and a mail leave it where it is.
MOVES = {
    (Status.DRAFT, Call.DELETE): Status.DELETED,
    (Status.DRAFT, Call.FINALIZE): Status.OPEN,
    (Status.OPEN, Call.PAY_OUT_OF_BAND): Status.PAID,
    (Status.OPEN, Call.MARK_UNCOLLECTIBLE): Status.UNCOLLECTIBLE,
    (Status.OPEN, Call.VOID): Status.VOID,
    (Status.UNCOLLECTIBLE, Call.PAY_OUT_OF_BAND): Status.PAID,
    (Status.UNCOLLECTIBLE, Call.VOID): Status.VOID,
}
STAYS = (
    ("a payment of an open invoice fails", Status.OPEN),
    ("an open invoice is mailed", Status.OPEN),
    ("a payment of an uncollectible invoice fails", Status.UNCOLLECTIBLE),
)
# How drafts come into being; a deleted one is followed by a new one.
BIRTHS = {
    (Status.NONE, Call.CREATE): Status.DRAFT,
    (Status.DELETED, Call.CREATE): Status.DRAFT,
    (Status.DRAFT, Call.ADD_LINES): Status.DRAFT,
}
STRIPE = {**MOVES, **BIRTHS}

# Where each wish may come to rest.
SATISFIED = {
    Target.NONE: set(Status),
    Target.OPEN: {Status.OPEN, Status.PAID, Status.UNCOLLECTIBLE},
    Target.PAID: {Status.PAID},
    Target.UNCOLLECTIBLE: {Status.UNCOLLECTIBLE},
    Target.VOID: {Status.VOID, Status.DELETED, Status.NONE},
    Target.DELETED: {Status.DELETED, Status.NONE, Status.VOID},
}
REFUSED = {
    (Status.OPEN, Target.DELETED): Reason.FINALIZED,
    (Status.UNCOLLECTIBLE, Target.DELETED): Reason.FINALIZED,
    (Status.PAID, Target.UNCOLLECTIBLE): Reason.FINAL_PAID,
    (Status.PAID, Target.VOID): Reason.FINAL_PAID,
    (Status.PAID, Target.DELETED): Reason.FINAL_PAID,
    (Status.VOID, Target.OPEN): Reason.FINAL_VOID,
    (Status.VOID, Target.PAID): Reason.FINAL_VOID,
    (Status.VOID, Target.UNCOLLECTIBLE): Reason.FINAL_VOID,
}
CELLS = list(product(Status, Target))
# create, add lines, finalize, and what is wanted then
LONGEST_WAY = 4


def test_statuses_are_stripes_words() -> None:
    words = set(re.findall(r"'(\w+)'|\"(\w+)\"", str(_status_annotation())))
    stripes = {first or second for first, second in words}
    ours = {status.value for status in Status} - {"", Status.DELETED.value}
    assert ours == stripes


def _status_annotation() -> object:
    return stripe.Invoice.__annotations__["status"]


@pytest.mark.parametrize(("status", "target"), CELLS)
@pytest.mark.parametrize("lines_missing", [False, True])
def test_every_cell_is_a_call_nothing_or_a_refusal(
    status: Status, target: Target, lines_missing: bool
) -> None:
    step = plan(status, target, lines_missing)
    if (status, target) in REFUSED:
        assert step == Refusal(REFUSED[status, target])
    elif status in SATISFIED[target]:
        assert isinstance(step, Nothing)
    else:
        assert isinstance(step, Call)


@pytest.mark.parametrize(("status", "target"), CELLS)
@pytest.mark.parametrize("lines_missing", [False, True])
def test_no_plan_makes_a_call_that_stripe_would_refuse(
    status: Status, target: Target, lines_missing: bool
) -> None:
    step = plan(status, target, lines_missing)
    if isinstance(step, Call):
        assert (status, step) in STRIPE


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_what_is_finalized_is_never_reopened_or_deleted(
    status: Status, target: Target
) -> None:
    step = plan(status, target, lines_missing=True)
    if status in FINALIZED:
        assert step not in (Call.CREATE, Call.ADD_LINES, Call.FINALIZE, Call.DELETE)
    if status in (Status.PAID, Status.VOID):
        assert not isinstance(step, Call)


def test_every_call_is_planned_somewhere() -> None:
    planned = {plan(*cell, lines) for cell in CELLS for lines in (False, True)}
    assert planned >= set(Call)


def test_every_reason_is_given_somewhere() -> None:
    steps = (plan(*cell) for cell in CELLS)
    given = {step.reason for step in steps if isinstance(step, Refusal)}
    assert given == set(Reason)


@pytest.mark.parametrize("target", Target)
def test_a_draft_without_its_lines_is_never_finalized(target: Target) -> None:
    complete = plan(Status.DRAFT, target)
    step = plan(Status.DRAFT, target, lines_missing=True)
    assert step == (Call.ADD_LINES if complete is Call.FINALIZE else complete)


class Stripe:
    """Stripe, as far as one invoice's status goes.

    :param chunks: how many times lines must be added before a draft is whole
    :param total: an invoice over nothing is paid as soon as it is finalized
    """

    def __init__(self, status: Status, chunks: int = 1, total: int = 100) -> None:
        self.status = status
        self.total = total
        self.chunks = self.missing = chunks

    def take(self, call: Call) -> None:
        """Do what is asked, or raise KeyError where Stripe would refuse."""
        after = STRIPE[self.status, call]
        if call is Call.FINALIZE:
            assert not self.missing, "an incomplete draft was finalized"
        if call is Call.CREATE:
            self.missing = self.chunks
        if call is Call.ADD_LINES:
            self.missing -= 1
        if call is Call.FINALIZE and not self.total:
            after = Status.PAID
        self.status = after


def run(stripe_side: Stripe, target: Target, most: int) -> Nothing | Refusal:
    """Plan and act until nothing is left to do; fail after ``most`` calls."""
    for _ in range(most + 1):
        step = plan(stripe_side.status, target, stripe_side.missing > 0)
        if not isinstance(step, Call):
            return step
        stripe_side.take(step)
    raise AssertionError(f"No rest after {most} calls, {stripe_side.status=}")


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_every_wish_is_reached_or_refused(status: Status, target: Target) -> None:
    stripe_side = Stripe(status)
    end = run(stripe_side, target, LONGEST_WAY)
    if (status, target) in REFUSED:
        assert end == Refusal(REFUSED[status, target])
        assert stripe_side.status is status
    else:
        assert end == NOTHING
        assert stripe_side.status in SATISFIED[target]


@pytest.mark.parametrize("status", Status)
def test_without_a_wish_stripe_is_left_alone(status: Status) -> None:
    assert plan(status, Target.NONE, lines_missing=True) == NOTHING


def test_lines_go_out_in_as_many_chunks_as_it_takes() -> None:
    stripe_side = Stripe(Status.NONE, chunks=3)
    assert run(stripe_side, Target.OPEN, most=5) == NOTHING
    assert stripe_side.status is Status.OPEN


@pytest.mark.parametrize(
    ("target", "end"),
    [
        (Target.OPEN, NOTHING),
        (Target.PAID, NOTHING),
        (Target.UNCOLLECTIBLE, Refusal(Reason.FINAL_PAID)),
    ],
)
def test_an_invoice_over_nothing_is_paid_at_once(
    target: Target, end: Nothing | Refusal
) -> None:
    stripe_side = Stripe(Status.NONE, total=0)
    assert run(stripe_side, target, LONGEST_WAY) == end
    assert stripe_side.status is Status.PAID


@pytest.mark.parametrize(("first", "second"), list(product(Target, Target)))
@pytest.mark.parametrize("interrupted_after", range(LONGEST_WAY))
def test_a_changed_mind_comes_to_rest_too(
    first: Target, second: Target, interrupted_after: int
) -> None:
    stripe_side = Stripe(Status.NONE)
    for _ in range(interrupted_after):
        step = plan(stripe_side.status, first, stripe_side.missing > 0)
        if isinstance(step, Call):
            stripe_side.take(step)
    end = run(stripe_side, second, LONGEST_WAY)
    assert isinstance(end, Refusal) or stripe_side.status in SATISFIED[second]


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
        step = plan(known, target, missing)
        if not isinstance(step, Call):
            ends.add((known, step))
            continue
        assert calls < most
        # Where Stripe refuses, a look shows what is true.
        after = STRIPE.get((true, step), true)
        lines = step is not Call.ADD_LINES and (missing or step is Call.CREATE)
        ways.append((after, after, lines, others, calls + 1))
        if others and known is true:
            elsewhere = {end for (begin, _), end in MOVES.items() if begin is true}
            ways += [(known, end, missing, others - 1, calls) for end in elsewhere]
    for known, step in ends:
        assert isinstance(step, Refusal) or known in SATISFIED[target]


@pytest.mark.parametrize(("begin", "end"), [(a, z) for (a, _), z in MOVES.items()])
def test_stripes_transitions_are_forward(begin: Status, end: Status) -> None:
    assert observe(begin, end) is Change.FORWARD


@pytest.mark.parametrize(("what", "status"), STAYS)
def test_what_leaves_the_status_is_no_change(what: str, status: Status) -> None:
    assert observe(status, status) is Change.NONE, what


def reachable(begin: Status) -> set[Status]:
    """Return where an invoice can get to from ``begin``, by any number of moves."""
    found: set[Status] = set()
    waiting = {begin}
    while waiting:
        here = waiting.pop()
        ends = {end for (start, _), end in STRIPE.items() if start is here}
        waiting |= ends - found
        found |= ends
    return found - {begin}


@pytest.mark.parametrize(("status", "observed"), list(product(Status, Status)))
def test_forward_is_what_stripe_can_do_even_if_events_were_missed(
    status: Status, observed: Status
) -> None:
    change = observe(status, observed)
    if status is observed:
        assert change is Change.NONE
    elif observed in reachable(status):
        assert change is Change.FORWARD
    else:
        assert change is Change.BACKWARD


def test_finalized_and_payable_are_what_stripe_says() -> None:
    payable = {begin for begin, call in MOVES if call is Call.PAY_OUT_OF_BAND}
    assert payable == PAYABLE
    assert reachable(Status.DRAFT) - {Status.DELETED} == FINALIZED
