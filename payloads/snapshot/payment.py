"""With what an invoice, or an order, may be paid."""

from ..payment_method import METHODS
from .error import Objection
from .minor import exact


def contact_methods(contact, account):
    """Return what was chosen for a contact, else for everybody.

    :rtype: ``stripe.payment.method`` records; empty if Stripe's own settings decide
    """
    return (
        contact.stripe_payment_method_ids
        or contact.commercial_partner_id.stripe_payment_method_ids
        or account.payment_method_ids
    )


def chosen_methods(move, account):
    """Return what was chosen: for the invoice, else the contact, else the company.

    :param move: one ``account.move``
    :param account: the ``stripe.account``
    :rtype: ``stripe.payment.method`` records; empty if Stripe's own settings decide
    """
    contact = move.partner_id
    return move.stripe_payment_method_ids or contact_methods(contact, account)


def usable_methods(move, account):
    """Return those of the chosen payment methods that the invoice can be paid with."""
    chosen = chosen_methods(move, account)
    return methods_for(chosen, move.amount_total, move.currency_id, account)


def methods_for(chosen, amount, currency, account):
    """Return those of the chosen payment methods that take an amount.

    :param float amount: in major units
    :param currency: a ``res.currency``
    """
    total = exact(amount)

    def takes(row):
        # A method that is newer than this table is left to Stripe.
        method = METHODS.get(row.code)
        country = account.country_code or ""
        return not method or method.takes(currency.name, country, total)

    return chosen.filtered(takes)


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
