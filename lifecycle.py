"""THE table of states: what Stripe last said, what Odoo wants, and what follows.

Pure and total. Nothing else in the addon decides anything about states: buttons,
guards, the worker, the documentation and the tests read it here.

    plan(status, target, facts)        -> the next call, nothing yet, nothing, a refusal
    observe(status, observed, target)  -> the new status and its consequence

Source: https://docs.stripe.com/invoicing/integration/workflow-transitions
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Status(str, Enum):
    """What Stripe last reported. ``NONE``: there is no invoice at Stripe."""

    NONE = ""
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    UNCOLLECTIBLE = "uncollectible"
    VOID = "void"
    DELETED = "deleted"


class Target(str, Enum):
    """What Odoo wants. ``NONE``: nothing, Stripe is only watched."""

    NONE = ""
    OPEN = "open"
    CHARGED = "charged"
    PAID = "paid"
    UNCOLLECTIBLE = "uncollectible"
    VOID = "void"
    DELETED = "deleted"


class Call(str, Enum):
    """The next request to Stripe."""

    CREATE = "create"
    ADD_LINES = "add_lines"
    FINALIZE = "finalize"
    DELETE = "delete"
    SEND = "send"
    PAY = "pay"
    PAY_OUT_OF_BAND = "pay_out_of_band"
    REPORT_PAYMENT = "report_payment"
    ATTACH_PAYMENT = "attach_payment"
    MARK_UNCOLLECTIBLE = "mark_uncollectible"
    VOID = "void"
    REMIND = "remind"
    HOLD_REMINDERS = "hold_reminders"


class Reason(str, Enum):
    """Why something is refused; ``exceptions.py`` has the sentence."""

    FINAL_PAID = "final_paid"
    FINAL_VOID = "final_void"
    FINALIZED = "finalized"
    PART_UNTOLD = "part_untold"


# Data classes, because two empty tuples would be equal.
@dataclass(frozen=True)
class Nothing:
    """Stripe is where Odoo wants it, or further along."""


@dataclass(frozen=True)
class Later:
    """The next call is known, but its time has not come."""


class Refusal(NamedTuple):
    """There is no way from here to there."""

    reason: Reason


class Facts(NamedTuple):
    """What else the plan depends on, beside status and target.

    ``lines_missing``: the draft does not hold all of its lines yet.
    ``outdated``: the draft is not what the invoice is now.
    ``too_early``: the company wants a pause before it is finalized. It ends when the
    invoice is paid in Odoo or somebody wants more than an open invoice.
    ``settled_elsewhere``: Odoo has received all of it, by other means than Stripe.
    ``part_unreported``: a part was paid elsewhere, and Stripe has not been told.
    ``part_unattached``: it has been told, but not for which invoice.
    ``part_untold``: a part was paid elsewhere, and the account takes no such report.
    ``processing``: a bank has a payment under way; Stripe changes nothing meanwhile.
    ``to_send``: Stripe is to mail the invoice.
    ``to_charge``: it was agreed to charge the stored payment method, and it is time.
    ``to_remind``: Stripe is to remind the customer when the invoice is overdue.
    ``reminding``: Stripe does so already.
    ``replaces_valid``: what it replaces can still be paid, or is valid in Odoo.
    """

    lines_missing: bool = False
    outdated: bool = False
    too_early: bool = False
    settled_elsewhere: bool = False
    part_unreported: bool = False
    part_unattached: bool = False
    part_untold: bool = False
    processing: bool = False
    to_send: bool = False
    replaces_valid: bool = False
    to_charge: bool = False
    to_remind: bool = False
    reminding: bool = False


Step = Call | Nothing | Later | Refusal
NO_FACTS = Facts()
NOTHING = Nothing()
LATER = Later()

_PAID = Refusal(Reason.FINAL_PAID)
_VOID = Refusal(Reason.FINAL_VOID)
_FINALIZED = Refusal(Reason.FINALIZED)
_PART = Refusal(Reason.PART_UNTOLD)

# Columns: what Odoo wants, in the order of Target.
_TABLE: dict[Status, tuple[Step, ...]] = {
    Status.NONE: (
        NOTHING,
        Call.CREATE,
        Call.CREATE,
        Call.CREATE,
        Call.CREATE,
        NOTHING,
        NOTHING,
    ),
    Status.DRAFT: (
        NOTHING,
        Call.FINALIZE,
        Call.FINALIZE,
        Call.FINALIZE,
        Call.FINALIZE,
        Call.DELETE,
        Call.DELETE,
    ),
    Status.OPEN: (
        NOTHING,
        NOTHING,
        Call.PAY,
        Call.PAY_OUT_OF_BAND,
        Call.MARK_UNCOLLECTIBLE,
        Call.VOID,
        _FINALIZED,
    ),
    Status.PAID: (NOTHING, NOTHING, NOTHING, NOTHING, _PAID, _PAID, _PAID),
    Status.UNCOLLECTIBLE: (
        NOTHING,
        NOTHING,
        Call.PAY,
        Call.PAY_OUT_OF_BAND,
        NOTHING,
        Call.VOID,
        _FINALIZED,
    ),
    Status.VOID: (NOTHING, _VOID, _VOID, _VOID, _VOID, NOTHING, NOTHING),
    Status.DELETED: (
        NOTHING,
        Call.CREATE,
        Call.CREATE,
        Call.CREATE,
        Call.CREATE,
        NOTHING,
        NOTHING,
    ),
}
PLAN: dict[Status, dict[Target, Step]] = {
    status: dict(zip(Target, row, strict=True)) for status, row in _TABLE.items()
}

# Statuses in which the customer holds a document that nobody may change unseen.
FINALIZED = frozenset({Status.OPEN, Status.PAID, Status.UNCOLLECTIBLE, Status.VOID})
# Statuses in which the customer can still pay.
PAYABLE = frozenset({Status.OPEN, Status.UNCOLLECTIBLE})
# Statuses that Stripe has and that have not come to their end.
CHANGING = PAYABLE | {Status.DRAFT}
# Calls that wait for the end of a payment that is under way.
_WAITING = frozenset(
    {
        Call.SEND,
        Call.ATTACH_PAYMENT,
        Call.PAY_OUT_OF_BAND,
        Call.MARK_UNCOLLECTIBLE,
        Call.VOID,
    }
)
# Calls that ask the customer for money.
_ASKING = frozenset({Call.PAY, Call.SEND, Call.REMIND})
# Wishes that money from elsewhere fulfils in another way.
_COLLECTED = frozenset({Target.OPEN, Target.CHARGED, Target.UNCOLLECTIBLE})


def can(status: Status, target: Target) -> bool:
    """Tell whether wanting ``target`` makes a call at Stripe from ``status``."""
    return isinstance(PLAN[status][target], Call)


def plan(status: Status, target: Target, facts: Facts = NO_FACTS) -> Step:
    """Return the next step from what Stripe reported to what Odoo wants.

    The table decides; the facts only refine it: what is settled in Odoo is to be paid
    at Stripe; a draft is finalized neither outdated nor incomplete nor too early;
    nobody is asked at Stripe for what he has paid elsewhere; a payment under way is
    waited for, and so is the end of the invoice that this one replaces. What is to be
    charged is charged before anybody is asked to pay it.
    """
    if facts.settled_elsewhere and target in _COLLECTED:
        target = Target.PAID
    step = PLAN[status][target]
    if facts.replaces_valid and step in (Call.CREATE, Call.FINALIZE):
        return LATER
    if step is Call.FINALIZE:
        return _complete(target, facts)
    if status not in PAYABLE or target is Target.NONE:
        return step
    if isinstance(step, Nothing) and status is Status.OPEN:
        step = _ask(facts)
    if isinstance(step, Nothing) or step in _ASKING:
        step = _collect(step, facts)
    return LATER if facts.processing and step in _WAITING else step


def _complete(target: Target, facts: Facts) -> Step:
    if facts.outdated:
        return Call.DELETE
    if facts.lines_missing:
        return Call.ADD_LINES
    waits = facts.too_early and target is Target.OPEN
    return LATER if waits else Call.FINALIZE


def _ask(facts: Facts) -> Step:
    """Return how the money is asked for, of an invoice that is open as wanted."""
    if facts.to_charge and not facts.processing:
        return Call.PAY
    if facts.to_send:
        return Call.SEND
    remind = facts.to_remind and not (facts.processing or facts.part_untold)
    if remind is facts.reminding:
        return NOTHING
    return Call.REMIND if remind else Call.HOLD_REMINDERS


def _collect(step: Step, facts: Facts) -> Step:
    if facts.part_unattached:
        return Call.ATTACH_PAYMENT
    if facts.part_unreported:
        return Call.REPORT_PAYMENT
    if facts.part_untold and isinstance(step, Call):
        return _PART
    return step


class Consequence(str, Enum):
    """What follows in Odoo from a change at Stripe."""

    NONE = "none"
    # The change is told on the invoice.
    TELL = "tell"
    # It was voided on our request: the cancellation in Odoo follows.
    CANCEL = "cancel"
    # Somebody decided it in the dashboard: a person has to answer.
    ASK = "ask"
    # Stripe has no such transition: the answer is older than what is known.
    LOOK_AGAIN = "look_again"


class Observation(NamedTuple):
    """The status from now on, and what follows from it."""

    status: Status
    consequence: Consequence


# How far along its life an invoice is. Stripe's transitions only ever go up.
_RANK: dict[Status, int] = {
    Status.NONE: 0,
    Status.DRAFT: 1,
    Status.OPEN: 2,
    Status.UNCOLLECTIBLE: 3,
    Status.PAID: 4,
    Status.VOID: 4,
    # Nothing is left: a new draft may follow.
    Status.DELETED: 0,
}
# What a change means when Odoo wanted it, or when there is nothing to decide.
_WANTED: dict[Status, Consequence] = {
    Status.NONE: Consequence.NONE,
    Status.DRAFT: Consequence.NONE,
    Status.OPEN: Consequence.TELL,
    Status.PAID: Consequence.TELL,
    Status.UNCOLLECTIBLE: Consequence.TELL,
    Status.VOID: Consequence.CANCEL,
    Status.DELETED: Consequence.TELL,
}
# Ends that somebody must have chosen in the dashboard when Odoo wanted something else.
_DECIDED = frozenset({Status.UNCOLLECTIBLE, Status.VOID, Status.DELETED})
_WITHDRAWN = frozenset({Target.VOID, Target.DELETED})


def observe(
    status: Status, observed: Status, target: Target = Target.NONE
) -> Observation:
    """Return what it means that Stripe now reports ``observed``.

    A backward change keeps the status until a fresh look confirms it.
    """
    if observed is status:
        return Observation(status, Consequence.NONE)
    if not _is_forward(status, observed):
        return Observation(status, Consequence.LOOK_AGAIN)
    if observed in _DECIDED and not _is_wanted(observed, target):
        return Observation(observed, Consequence.ASK)
    return Observation(observed, _WANTED[observed])


def _is_forward(status: Status, observed: Status) -> bool:
    # Only a draft can be deleted, one that we have not seen yet included.
    if observed is Status.DELETED:
        return status in (Status.NONE, Status.DRAFT)
    return _RANK[observed] > _RANK[status]


def _is_wanted(observed: Status, target: Target) -> bool:
    if observed is Status.DELETED:
        return target in _WITHDRAWN
    return target is Target(observed.value)
