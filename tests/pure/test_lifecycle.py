"""Every cell of the table of states, and what follows when it is applied step by step.

Stripe's side is written down here once more, from its own table of transitions, so that
the addon's table is compared with something that it did not make itself.
"""

import dataclasses
import re
from collections.abc import Iterator
from itertools import product

import pytest
import stripe

from ...lifecycle import (
    FINALIZED,
    LATER,
    NO_FACTS,
    NOTHING,
    PAYABLE,
    PLAN,
    Call,
    Consequence,
    Facts,
    Later,
    Nothing,
    Reason,
    Refusal,
    Status,
    Step,
    Target,
    can,
    observe,
    plan,
)

# https://docs.stripe.com/invoicing/integration/workflow-transitions: its ten rows.
TRANSITIONS = {
    "a draft is deleted": (Status.DRAFT, Call.DELETE, Status.DELETED),
    "a draft is finalized": (Status.DRAFT, Call.FINALIZE, Status.OPEN),
    "an open invoice is paid": (Status.OPEN, Call.PAY, Status.PAID),
    "a payment of an open invoice fails": (Status.OPEN, Call.PAY, Status.OPEN),
    "an open invoice is mailed": (Status.OPEN, Call.SEND, Status.OPEN),
    "an open invoice is voided": (Status.OPEN, Call.VOID, Status.VOID),
    "an open invoice is given up": (
        Status.OPEN,
        Call.MARK_UNCOLLECTIBLE,
        Status.UNCOLLECTIBLE,
    ),
    "an uncollectible invoice is paid": (Status.UNCOLLECTIBLE, Call.PAY, Status.PAID),
    "a payment of an uncollectible invoice fails": (
        Status.UNCOLLECTIBLE,
        Call.PAY,
        Status.UNCOLLECTIBLE,
    ),
    "an uncollectible invoice is voided": (
        Status.UNCOLLECTIBLE,
        Call.VOID,
        Status.VOID,
    ),
}
# What the table leaves out: how drafts come into being, and payments from elsewhere.
BESIDE = {
    (Status.NONE, Call.CREATE): Status.DRAFT,
    (Status.DELETED, Call.CREATE): Status.DRAFT,
    (Status.DRAFT, Call.ADD_LINES): Status.DRAFT,
    (Status.OPEN, Call.PAY_OUT_OF_BAND): Status.PAID,
    (Status.UNCOLLECTIBLE, Call.PAY_OUT_OF_BAND): Status.PAID,
    **{
        (status, call): status
        for status in (Status.OPEN, Status.UNCOLLECTIBLE)
        for call in (Call.REPORT_PAYMENT, Call.ATTACH_PAYMENT)
    },
    # https://docs.stripe.com/invoicing/integration/automatic-advancement-collection:
    # automatic advancement, reminders among it, is switched on open invoices alone.
    (Status.OPEN, Call.REMIND): Status.OPEN,
    (Status.OPEN, Call.HOLD_REMINDERS): Status.OPEN,
}
# A payment that fails is Stripe's other answer to the same request.
STRIPE = {
    **{(begin, call): end for begin, call, end in reversed(TRANSITIONS.values())},
    **BESIDE,
}
MOVES = {(begin, end) for (begin, _), end in STRIPE.items() if begin is not end}

# Where each wish may come to rest.
GONE = {Status.NONE, Status.DELETED, Status.VOID}
SATISFIED = {
    Target.NONE: set(Status),
    Target.OPEN: {Status.OPEN, Status.PAID, Status.UNCOLLECTIBLE},
    Target.CHARGED: {Status.PAID},
    Target.PAID: {Status.PAID},
    Target.UNCOLLECTIBLE: {Status.UNCOLLECTIBLE},
    Target.VOID: GONE,
    Target.DELETED: GONE,
}
REFUSED = {
    (Status.OPEN, Target.DELETED): Reason.FINALIZED,
    (Status.UNCOLLECTIBLE, Target.DELETED): Reason.FINALIZED,
    (Status.PAID, Target.UNCOLLECTIBLE): Reason.FINAL_PAID,
    (Status.PAID, Target.VOID): Reason.FINAL_PAID,
    (Status.PAID, Target.DELETED): Reason.FINAL_PAID,
    (Status.VOID, Target.OPEN): Reason.FINAL_VOID,
    (Status.VOID, Target.CHARGED): Reason.FINAL_VOID,
    (Status.VOID, Target.PAID): Reason.FINAL_VOID,
    (Status.VOID, Target.UNCOLLECTIBLE): Reason.FINAL_VOID,
}
# Wishes that a payment in Odoo turns into the wish that Stripe says so, too.
TURNED_BY_MONEY = {Target.OPEN, Target.CHARGED, Target.UNCOLLECTIBLE}

CELLS = list(product(Status, Target))
ALL_FACTS = [Facts(*row) for row in product((False, True), repeat=len(Facts._fields))]
# Delete what is outdated, create, add lines, finalize, attach what was reported, report
# more, attach that, mail, and let Stripe remind.
LONGEST_WAY = 9


def wish(target: Target, facts: Facts) -> Target:
    """Return what is really wanted, given what Odoo has received."""
    turned = facts.settled_elsewhere and target in TURNED_BY_MONEY
    return Target.PAID if turned else target


def test_statuses_are_stripes_words() -> None:
    annotation = str(stripe.Invoice.__annotations__["status"])
    stripes = set(re.findall(r"""['"](\w+)['"]""", annotation))
    ours = {status.value for status in Status} - {"", Status.DELETED.value}
    assert ours == stripes


# === The table === #


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


# === Step by step === #


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


# === What Stripe reports === #


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
