"""Every cell of the table of states: what it says, and what facts make of it."""

import re
from itertools import product

import pytest
import stripe

from ...lifecycle import (
    FINALIZED,
    LATER,
    NOTHING,
    PAYABLE,
    PLAN,
    Call,
    Facts,
    Later,
    Nothing,
    Reason,
    Refusal,
    Status,
    Step,
    Target,
    can,
    plan,
)
from .invoice_states import (
    ALL_FACTS,
    CELLS,
    REFUSED,
    SATISFIED,
    STRIPE,
    TRANSITIONS,
    TURNED_BY_MONEY,
    wish,
)


def test_statuses_are_stripes_words() -> None:
    annotation = str(stripe.Invoice.__annotations__["status"])
    stripes = set(re.findall(r"""['"](\w+)['"]""", annotation))
    ours = {status.value for status in Status} - {"", Status.DELETED.value}
    assert ours == stripes


def test_the_table_is_total() -> None:
    assert {(status, target) for status in PLAN for target in PLAN[status]} == {*CELLS}


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_every_cell_is_a_call_nothing_or_a_refusal(
    status: Status, target: Target
) -> None:
    step = PLAN[status][target]
    if (status, target) in REFUSED:
        assert step == Refusal(REFUSED[status, target])
    elif status in SATISFIED[target]:
        assert isinstance(step, Nothing)
    else:
        assert isinstance(step, Call)
    assert can(status, target) is isinstance(step, Call)
    assert plan(status, target) == step


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_no_facts_plan_a_call_that_stripe_would_refuse(
    status: Status, target: Target
) -> None:
    for facts in ALL_FACTS:
        step = plan(status, target, facts)
        assert isinstance(step, Call | Nothing | Later | Refusal)
        if isinstance(step, Call):
            assert (status, step) in STRIPE, facts


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_facts_refine_the_table_and_do_not_overrule_it(
    status: Status, target: Target
) -> None:
    for facts in ALL_FACTS:
        wanted = wish(target, facts)
        cell, step = PLAN[status][wanted], plan(status, target, facts)
        allowed: set[Step] = {cell}
        if cell is Call.FINALIZE:
            allowed |= {Call.DELETE, Call.ADD_LINES, LATER}
        if cell is Call.CREATE and facts.replaces_valid:
            allowed |= {LATER}
        if status in PAYABLE and (cell is Call.PAY or isinstance(cell, Nothing)):
            allowed |= {Call.ATTACH_PAYMENT, Call.REPORT_PAYMENT}
            allowed |= {Refusal(Reason.PART_UNTOLD)}
        if status is Status.OPEN and isinstance(cell, Nothing):
            allowed |= {Call.SEND, Call.PAY, Call.REMIND, Call.HOLD_REMINDERS}
        if status in PAYABLE and facts.processing:
            allowed |= {LATER}
        assert step in allowed, facts


@pytest.mark.parametrize("status", Status)
def test_without_a_wish_stripe_is_left_alone(status: Status) -> None:
    for facts in ALL_FACTS:
        assert plan(status, Target.NONE, facts) == NOTHING


@pytest.mark.parametrize(("status", "target"), CELLS)
def test_what_is_finalized_is_never_reopened_or_deleted(
    status: Status, target: Target
) -> None:
    for facts in ALL_FACTS:
        step = plan(status, target, facts)
        if status in FINALIZED:
            assert step not in (Call.CREATE, Call.ADD_LINES, Call.FINALIZE, Call.DELETE)
        if status in (Status.PAID, Status.VOID):
            assert not isinstance(step, Call)


@pytest.mark.parametrize("target", Target)
def test_a_draft_is_finalized_only_when_it_is_the_invoice_and_its_time_has_come(
    target: Target,
) -> None:
    for facts in ALL_FACTS:
        if plan(Status.DRAFT, target, facts) is Call.FINALIZE:
            assert not facts.lines_missing
            assert not facts.outdated
            # Whoever has paid, or wants more than an open invoice, ends the pause.
            waits = target is Target.OPEN and not facts.settled_elsewhere
            assert not (facts.too_early and waits)
            assert not facts.replaces_valid


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("target", Target)
def test_nobody_is_asked_at_stripe_for_what_he_paid_elsewhere(
    status: Status, target: Target
) -> None:
    for facts in ALL_FACTS:
        if plan(status, target, facts) in (Call.PAY, Call.SEND, Call.REMIND):
            told = facts.part_unreported or facts.part_unattached or facts.part_untold
            assert not told
            assert not facts.settled_elsewhere


@pytest.mark.parametrize("status", PAYABLE)
@pytest.mark.parametrize("target", TURNED_BY_MONEY)
def test_what_odoo_has_received_in_full_is_paid_at_stripe(
    status: Status, target: Target
) -> None:
    for facts in ALL_FACTS:
        if facts.settled_elsewhere:
            expected = LATER if facts.processing else Call.PAY_OUT_OF_BAND
            assert plan(status, target, facts) == expected


def test_a_wished_void_is_not_turned_into_a_payment() -> None:
    assert plan(Status.OPEN, Target.VOID, Facts(settled_elsewhere=True)) is Call.VOID


def test_a_pause_holds_back_nothing_but_the_wish_to_have_it_open() -> None:
    early = Facts(too_early=True)
    for status, target in CELLS:
        waits = (status, target) == (Status.DRAFT, Target.OPEN)
        assert plan(status, target, early) == (LATER if waits else PLAN[status][target])
    paid = early._replace(settled_elsewhere=True)
    assert plan(Status.DRAFT, Target.OPEN, paid) is Call.FINALIZE


def test_what_replaces_a_valid_invoice_waits_for_its_end() -> None:
    rival = Facts(replaces_valid=True)
    for status, target in CELLS:
        cell = PLAN[status][target]
        makes = cell in (Call.CREATE, Call.FINALIZE)
        assert plan(status, target, rival) == (LATER if makes else cell)


def test_a_payment_under_way_is_left_alone_and_nobody_is_reminded() -> None:
    for (status, target), facts in product(CELLS, ALL_FACTS):
        if facts.processing and status in PAYABLE:
            # What is reported is not attached before the end; a charge Stripe refuses.
            step = plan(status, target, facts)
            assert not isinstance(step, Call) or step in (
                Call.REPORT_PAYMENT,
                Call.PAY,
                Call.HOLD_REMINDERS,
            )
            if target is not Target.CHARGED:
                assert step is not Call.PAY, facts


def test_what_is_to_be_charged_is_charged_before_anybody_is_asked_to_pay() -> None:
    for facts in ALL_FACTS:
        step = plan(Status.OPEN, Target.OPEN, facts)
        if step in (Call.SEND, Call.REMIND):
            assert not facts.to_charge or facts.processing


def test_nothing_is_charged_by_agreement_but_what_is_open() -> None:
    agreed = Facts(to_charge=True)
    for status, target in CELLS:
        step = plan(status, target, agreed)
        if PLAN[status][target] is not Call.PAY:
            charges = target is not Target.NONE and isinstance(
                PLAN[status][target], Nothing
            )
            expected = status is Status.OPEN and charges
            assert (step is Call.PAY) is expected


def test_stripe_reminds_as_long_as_it_is_wanted() -> None:
    for wanted, done in product((False, True), repeat=2):
        facts = Facts(to_remind=wanted, reminding=done)
        switch = Call.REMIND if wanted else Call.HOLD_REMINDERS
        expected = NOTHING if wanted is done else switch
        assert plan(Status.OPEN, Target.OPEN, facts) == expected
        for hold in ("processing", "part_untold"):
            held = plan(Status.OPEN, Target.OPEN, facts._replace(**{hold: True}))
            assert held == (Call.HOLD_REMINDERS if done else NOTHING)


def test_waiting_is_not_resting() -> None:
    assert len({NOTHING, LATER, Refusal(Reason.FINALIZED)}) == 3
    assert plan(Status.DRAFT, Target.OPEN, Facts(too_early=True)) != NOTHING


def test_every_call_is_planned_somewhere() -> None:
    planned = {plan(*cell, facts) for cell in CELLS for facts in ALL_FACTS}
    assert planned >= set(Call)


def test_every_reason_is_given_somewhere() -> None:
    steps = (plan(*cell, facts) for cell in CELLS for facts in ALL_FACTS)
    given = {step.reason for step in steps if isinstance(step, Refusal)}
    assert given == set(Reason)


@pytest.mark.parametrize("row", TRANSITIONS)
def test_every_transition_of_stripe_can_be_wished(row: str) -> None:
    begin, call, _end = TRANSITIONS[row]
    planned = {plan(begin, target, facts) for target in Target for facts in ALL_FACTS}
    assert call in planned
