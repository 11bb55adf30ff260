"""How a finalized invoice is replaced by a corrected one: the next step, from facts.

Pure and total, like :mod:`.lifecycle`. Nothing is remembered between two steps, so a
correction that was interrupted anywhere goes on from what it finds.

    next_step(way, facts) -> Step

Never are both invoices payable: the new one reaches Stripe when the old one no longer
can be paid (``lifecycle.Facts.replaces_valid``), or by Stripe's own revision, which
ends the old one with the finalization of the new one. A revision that somebody made in
the dashboard is voided before anything else. Never is neither there in Odoo:
the old one is closed and the new one posted in one transaction.

Sources: https://docs.stripe.com/invoicing/integration/workflow-transitions (void,
duplicate, update), https://docs.stripe.com/invoicing/invoice-edits (revisions).
"""

from enum import Enum
from typing import NamedTuple


class Way(str, Enum):
    """How the old invoice gives way to the new one."""

    # Void at Stripe, cancel in Odoo, duplicate with the new data.
    DUPLICATE = "duplicate"
    # Stripe's own revision; Odoo duplicates and cancels all the same.
    REVISION = "revision"
    # Void at Stripe if it is open there, a credit note in Odoo, and a new invoice.
    CREDIT_NOTE = "credit_note"


class Step(str, Enum):
    """What comes next."""

    # Somebody's own revision of the old invoice is to be voided at Stripe.
    END_REVISION = "end_revision"
    # The old invoice is to be voided at Stripe; wait for that.
    VOID = "void"
    # The old one is closed in Odoo, the new one is made and posted.
    REPLACE = "replace"
    # The new one is made and posted; the old one stays for now.
    COPY = "copy"
    # The old one is closed in Odoo.
    CLOSE = "close"
    # The new one is taken back: the old one was paid meanwhile.
    WITHDRAW = "withdraw"
    # Stripe has its turn.
    WAIT = "wait"
    # The old one was paid meanwhile and stays.
    STOP = "stop"
    DONE = "done"


class Facts(NamedTuple):
    """What is so now.

    ``payable``: the old invoice can still be paid at Stripe.
    ``paid_before``: money was received for it before the correction began.
    ``paid_since``: more was received since, or somebody's own revision was paid.
    ``revised``: somebody's own revision of it may still be paid at Stripe.
    ``closed``: it is cancelled in Odoo, or reversed by a credit note.
    ``replaced``: the new invoice is posted in Odoo.
    ``issued``: the new one is finalized at Stripe, or is not meant for Stripe.
    """

    payable: bool = False
    paid_before: bool = False
    paid_since: bool = False
    revised: bool = False
    closed: bool = False
    replaced: bool = False
    issued: bool = False


def next_step(way: Way, facts: Facts) -> Step:
    """Return what comes next on the way from the old invoice to the new one."""
    paid = facts.paid_since or (facts.paid_before and way is not Way.CREDIT_NOTE)
    if paid and not facts.closed:
        return Step.WITHDRAW if facts.replaced else Step.STOP
    if facts.revised:
        return Step.END_REVISION
    if facts.closed:
        return _after_closing(facts)
    if facts.payable and not facts.paid_before:
        return _while_payable(way, facts)
    return Step.CLOSE if facts.replaced else Step.REPLACE


def _after_closing(facts: Facts) -> Step:
    if not facts.replaced:
        return Step.COPY
    return Step.DONE if facts.issued else Step.WAIT


def _while_payable(way: Way, facts: Facts) -> Step:
    if way is not Way.REVISION:
        return Step.VOID
    return Step.WAIT if facts.replaced else Step.COPY
