"""With what an invoice may be paid."""

from ..payment_method import METHODS
from .error import Objection
from .minor import exact


def chosen_methods(move, account):
    """Return what was chosen: for the invoice, else the contact, else the company.

    :param move: one ``account.move``
    :param account: the ``stripe.account``
    :rtype: ``stripe.payment.method`` records; empty if Stripe's own settings decide
    """
    contact = move.partner_id
    return (
        move.stripe_payment_method_ids
        or contact.stripe_payment_method_ids
        or contact.commercial_partner_id.stripe_payment_method_ids
        or account.payment_method_ids
    )


def usable_methods(move, account):
    """Return those of the chosen payment methods that the invoice can be paid with.

    :param move: one ``account.move``
    :param account: the ``stripe.account``
    :rtype: ``stripe.payment.method`` records
    """
    currency = move.currency_id
    total = exact(move.amount_total)

    def takes(row):
        # A method that is newer than this table is left to Stripe.
        method = METHODS.get(row.code)
        return not method or method.takes(
            currency.name, account.country_code or "", total
        )

    return chosen_methods(move, account).filtered(takes)


def check_methods(move, account):
    """Yield what speaks against the chosen payment methods, as ``Objection``.

    :param move: one ``account.move``
    :param account: the ``stripe.account``
    """
    chosen = chosen_methods(move, account)
    if chosen and not usable_methods(move, account):
        text = move.env._(
            "None of the chosen payment methods (%(methods)s) takes this amount in "
            "%(currency)s. Choose another one on the invoice.",
            methods=", ".join(chosen.mapped("name")),
            currency=move.currency_id.name,
        )
        yield Objection("payment_methods", text, move)
