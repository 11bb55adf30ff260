"""A credit note as a snapshot."""

from ..credit_note import CreditNoteSnapshot
from .amounts import freeze_amounts
from .dates import issued
from .words import language


def freeze_credit_note(move, zone, means, mailed=False):
    """Return the snapshot of a posted customer credit note.

    :param move: one ``account.move`` of type ``out_refund``
    :param str zone: IANA name of the time zone of the books
    :param str means: a key of ``credit_note.MEANS``
    :param bool mailed: whether Stripe mails it
    :rtype: CreditNoteSnapshot
    :raise SnapshotError: Stripe could not take these amounts
    """
    amounts = freeze_amounts(move)
    # Stripe numbers credit notes by itself, so Odoo's number is told in the memo.
    memo = move.with_context(lang=language(move)).env._("Credit note %s", move.name)
    return CreditNoteSnapshot(
        number=move.name,
        currency=move.currency_id.name,
        lines=amounts["lines"],
        subtotal=amounts["subtotal"],
        total=amounts["total"],
        effective_at=issued(move, zone),
        memo=f"{memo}. {move.ref}" if move.ref else memo,
        means=means,
        mailed=mailed,
    )
