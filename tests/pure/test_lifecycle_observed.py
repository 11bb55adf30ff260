"""What follows when Stripe reports another state, whatever was known before."""

from collections.abc import Iterator
from itertools import product

import pytest

from ...lifecycle import (
    FINALIZED,
    PAYABLE,
    Call,
    Consequence,
    Status,
    Target,
    observe,
    plan,
)
from .invoice_states import CELLS, MOVES, STRIPE, TRANSITIONS


def reachable(begin: Status) -> set[Status]:
    """Return where an invoice can get to from ``begin``, by any number of moves."""
    found: set[Status] = set()
    waiting = {begin}
    while waiting:
        here = waiting.pop()
        ends = {end for start, end in MOVES if start is here}
        waiting |= ends - found
        found |= ends
    return found - {begin}


def observations() -> Iterator[tuple[Status, Status, Target]]:
    """Yield everything that can be observed, in each situation."""
    yield from product(Status, Status, Target)


@pytest.mark.parametrize("row", TRANSITIONS)
def test_stripes_transitions_are_taken_over(row: str) -> None:
    begin, _call, end = TRANSITIONS[row]
    for target in Target:
        seen = observe(begin, end, target)
        assert seen.status is end
        assert (seen.consequence is Consequence.NONE) is (begin is end)


def test_forward_is_what_stripe_can_do_even_if_events_were_missed() -> None:
    for status, observed, target in observations():
        seen = observe(status, observed, target)
        again = seen.consequence is Consequence.LOOK_AGAIN
        assert again is (observed is not status and observed not in reachable(status))
        assert seen.status is (status if again else observed)


def test_nothing_follows_from_what_is_known() -> None:
    for status, observed, target in observations():
        if status is observed:
            seen = observe(status, observed, target)
            assert seen == (status, Consequence.NONE)


def test_a_person_is_asked_about_what_somebody_else_decided_and_nothing_else() -> None:
    ends = {
        Status.UNCOLLECTIBLE: {Target.UNCOLLECTIBLE},
        Status.VOID: {Target.VOID},
        Status.DELETED: {Target.DELETED, Target.VOID},
    }
    for status, observed, target in observations():
        decided = observed in ends and target not in ends[observed]
        forward = observed in reachable(status)
        asked = observe(status, observed, target).consequence is Consequence.ASK
        assert asked is (decided and forward), (status, observed, target)


def test_only_a_void_that_we_wanted_cancels_in_odoo() -> None:
    for status, observed, target in observations():
        cancels = observe(status, observed, target).consequence is Consequence.CANCEL
        wanted = observed is Status.VOID and target is Target.VOID
        assert cancels is (wanted and status not in (Status.VOID, Status.PAID))


def test_every_consequence_follows_from_something() -> None:
    found = {observe(*situation).consequence for situation in observations()}
    assert found == set(Consequence)


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_our_own_calls_never_ask_anybody(status: Status, target: Target) -> None:
    step = plan(status, target)
    if isinstance(step, Call):
        seen = observe(status, STRIPE[status, step], target)
        assert seen.consequence not in (Consequence.ASK, Consequence.LOOK_AGAIN)


def test_finalized_and_payable_are_what_stripe_says() -> None:
    payable = {begin for begin, call, _ in TRANSITIONS.values() if call is Call.PAY}
    assert payable == PAYABLE
    reached = reachable(Status.DRAFT) - {Status.DELETED}
    assert reached == FINALIZED
