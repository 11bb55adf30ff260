"""Stripe's side of an invoice's life, from its own table of transitions.

Written down once more, so that the addon's table is compared with something that it did
not make itself.
"""

from itertools import product

from ...lifecycle import Call, Facts, Reason, Status, Target

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
