"""Every combination of facts, and every walk from a finalized invoice to its end."""

from itertools import product

import pytest

from ...correction import Facts, Step, Way, next_step

ALL = [Facts(*row) for row in product((False, True), repeat=len(Facts._fields))]
CELLS = list(product(Way, ALL))


@pytest.mark.parametrize(("way", "facts"), CELLS)
def test_every_step_is_right_for_what_is_so(way: Way, facts: Facts) -> None:
    step = next_step(way, facts)
    if step in (Step.COPY, Step.REPLACE):
        assert not facts.replaced, "a second new invoice"
    if step in (Step.CLOSE, Step.REPLACE):
        assert not facts.closed, "closed twice"
        assert not facts.payable or facts.paid_before, "closed while it can be paid"
    if facts.revised:
        ends = (Step.END_REVISION, Step.STOP, Step.WITHDRAW)
        assert step in ends, "two payable documents at Stripe"
    if step in (Step.STOP, Step.WITHDRAW):
        assert not facts.closed, "stopped when there is no way back"
        assert facts.paid_since or way is not Way.CREDIT_NOTE
    if step is Step.COPY and not facts.closed:
        assert way is Way.REVISION, "two valid invoices in Odoo"
    if step is Step.DONE:
        assert facts.closed and facts.replaced and facts.issued
    if step is Step.VOID:
        assert facts.payable and not facts.paid_since


@pytest.mark.parametrize(("way", "facts"), CELLS)
def test_money_that_arrives_before_the_end_of_the_old_one_stops_it(
    way: Way, facts: Facts
) -> None:
    step = next_step(way, facts._replace(closed=False, paid_since=True))
    assert step is (Step.WITHDRAW if facts.replaced else Step.STOP)


def after(step: Step, facts: Facts) -> Facts:
    """Return what is so when Odoo has taken the step and Stripe has done its part."""
    if step is Step.END_REVISION:
        return facts._replace(revised=False)
    if step is Step.VOID:
        return facts._replace(payable=False)
    if step is Step.REPLACE:
        return facts._replace(closed=True, replaced=True)
    if step is Step.COPY:
        return facts._replace(replaced=True)
    if step is Step.CLOSE:
        return facts._replace(closed=True)
    if step is Step.WITHDRAW:
        return facts._replace(replaced=False)
    # Stripe finalizes the new one; its own revision ends the old one with that.
    return facts._replace(issued=True, payable=False)


def walk(way: Way, facts: Facts) -> list[Step]:
    """Return the steps until nothing is left to do."""
    steps = []
    while (step := next_step(way, facts)) not in (Step.DONE, Step.STOP):
        steps.append(step)
        assert len(steps) < 9, steps
        facts = after(step, facts)
    return [*steps, step]


BEGINNINGS = {
    "open": Facts(payable=True),
    "void": Facts(),
    "revised": Facts(revised=True),
    "paid": Facts(paid_before=True),
    "paid in part": Facts(payable=True, paid_before=True),
}
REPLACED = [Step.REPLACE, Step.WAIT, Step.DONE]


@pytest.mark.parametrize(
    ("way", "beginning", "steps"),
    [
        (Way.DUPLICATE, "open", [Step.VOID, *REPLACED]),
        (Way.DUPLICATE, "void", REPLACED),
        (Way.DUPLICATE, "paid", [Step.STOP]),
        (Way.DUPLICATE, "revised", [Step.END_REVISION, *REPLACED]),
        (Way.CREDIT_NOTE, "revised", [Step.END_REVISION, *REPLACED]),
        (Way.REVISION, "open", [Step.COPY, Step.WAIT, Step.CLOSE, Step.DONE]),
        (Way.REVISION, "void", REPLACED),
        (Way.CREDIT_NOTE, "open", [Step.VOID, *REPLACED]),
        (Way.CREDIT_NOTE, "paid", REPLACED),
        (Way.CREDIT_NOTE, "paid in part", REPLACED),
    ],
)
def test_each_way_leads_to_its_end(way: Way, beginning: str, steps: list[Step]) -> None:
    assert walk(way, BEGINNINGS[beginning]) == steps


@pytest.mark.parametrize(("way", "facts"), CELLS)
def test_every_walk_ends_wherever_it_begins(way: Way, facts: Facts) -> None:
    assert walk(way, facts)[-1] in (Step.DONE, Step.STOP)
