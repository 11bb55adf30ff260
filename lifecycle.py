"""THE table of states: what Stripe last said, what Odoo wants, and what follows.

Pure and total. Nothing else in the addon decides anything about states: buttons,
guards, the worker and the tests read it here.

    plan(status, target)       -> the next call, nothing, or a refusal with its reason
    observe(status, observed)  -> whether the new status is news, or older than ours

Source of the transitions: https://docs.stripe.com/invoicing/integration/workflow-transitions
"""

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
    PAY_OUT_OF_BAND = "pay_out_of_band"
    MARK_UNCOLLECTIBLE = "mark_uncollectible"
    VOID = "void"


class Reason(str, Enum):
    """Why something is refused; ``exceptions.py`` has the sentence."""

    FINAL_PAID = "final_paid"
    FINAL_VOID = "final_void"
    FINALIZED = "finalized"


class Nothing(NamedTuple):
    """Stripe is where Odoo wants it, or further along."""


class Refusal(NamedTuple):
    """Stripe has no way from here to there."""

    reason: Reason


Step = Call | Nothing | Refusal
NOTHING = Nothing()

_PLAN: dict[Status, dict[Target, Step]] = {
    Status.NONE: {
        Target.NONE: NOTHING,
        Target.OPEN: Call.CREATE,
        Target.PAID: Call.CREATE,
        Target.UNCOLLECTIBLE: Call.CREATE,
        Target.VOID: NOTHING,
        Target.DELETED: NOTHING,
    },
    Status.DRAFT: {
        Target.NONE: NOTHING,
        Target.OPEN: Call.FINALIZE,
        Target.PAID: Call.FINALIZE,
        Target.UNCOLLECTIBLE: Call.FINALIZE,
        Target.VOID: Call.DELETE,
        Target.DELETED: Call.DELETE,
    },
    Status.OPEN: {
        Target.NONE: NOTHING,
        Target.OPEN: NOTHING,
        Target.PAID: Call.PAY_OUT_OF_BAND,
        Target.UNCOLLECTIBLE: Call.MARK_UNCOLLECTIBLE,
        Target.VOID: Call.VOID,
        Target.DELETED: Refusal(Reason.FINALIZED),
    },
    Status.PAID: {
        Target.NONE: NOTHING,
        Target.OPEN: NOTHING,
        Target.PAID: NOTHING,
        Target.UNCOLLECTIBLE: Refusal(Reason.FINAL_PAID),
        Target.VOID: Refusal(Reason.FINAL_PAID),
        Target.DELETED: Refusal(Reason.FINAL_PAID),
    },
    Status.UNCOLLECTIBLE: {
        Target.NONE: NOTHING,
        Target.OPEN: NOTHING,
        Target.PAID: Call.PAY_OUT_OF_BAND,
        Target.UNCOLLECTIBLE: NOTHING,
        Target.VOID: Call.VOID,
        Target.DELETED: Refusal(Reason.FINALIZED),
    },
    Status.VOID: {
        Target.NONE: NOTHING,
        Target.OPEN: Refusal(Reason.FINAL_VOID),
        Target.PAID: Refusal(Reason.FINAL_VOID),
        Target.UNCOLLECTIBLE: Refusal(Reason.FINAL_VOID),
        Target.VOID: NOTHING,
        Target.DELETED: NOTHING,
    },
    Status.DELETED: {
        Target.NONE: NOTHING,
        Target.OPEN: Call.CREATE,
        Target.PAID: Call.CREATE,
        Target.UNCOLLECTIBLE: Call.CREATE,
        Target.VOID: NOTHING,
        Target.DELETED: NOTHING,
    },
}


def plan(
    status: Status,
    target: Target,
    lines_missing: bool = False,
    outdated: bool = False,
) -> Step:
    """Return the next step from what Stripe reported to what Odoo wants.

    :param lines_missing: the draft does not hold all of its lines yet
    :param outdated: the draft is of an invoice that was reset since; it may have been
        changed, so the draft is deleted and made anew
    """
    step = _PLAN[status][target]
    if step is Call.FINALIZE and outdated:
        return Call.DELETE
    if step is Call.FINALIZE and lines_missing:
        return Call.ADD_LINES
    return step


class Change(str, Enum):
    """What an observation means for the document."""

    NONE = "none"
    # One of Stripe's transitions, or several whose events were missed.
    FORWARD = "forward"
    # Stripe has no such transition: the answer is older than what is known.
    BACKWARD = "backward"


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


def observe(status: Status, observed: Status) -> Change:
    """Return what it means that Stripe now reports ``observed``.

    A backward change is a stale answer until a fresh look confirms it.
    """
    if observed is status:
        return Change.NONE
    # Only a draft can be deleted, one that we have not seen yet included.
    if observed is Status.DELETED:
        forward = status in (Status.NONE, Status.DRAFT)
    else:
        forward = _RANK[observed] > _RANK[status]
    return Change.FORWARD if forward else Change.BACKWARD


# Statuses in which the customer holds a document that nobody may change unseen.
FINALIZED = frozenset({Status.OPEN, Status.PAID, Status.UNCOLLECTIBLE, Status.VOID})
# Statuses in which the customer can still pay.
PAYABLE = frozenset({Status.OPEN, Status.UNCOLLECTIBLE})
