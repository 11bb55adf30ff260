"""Amounts of Odoo in Stripe's minor units."""

from decimal import Decimal

from ...stripe_api.money import to_minor

# Odoo's currencies have at most so many decimals (digits of res.currency.rounding).
DECIMALS = 6


def exact(amount):
    """Return the decimal number that an amount of Odoo stands for.

    The currency's own rounding is not asked: somebody may have changed it since.

    :param float amount: as Odoo has it on the document
    """
    # Both drop the noise of floats only: after the comma, and beyond 15 digits.
    return Decimal(f"{round(amount, DECIMALS):.15g}")


def minor(amount, currency):
    """Return an amount of Odoo in Stripe's minor units.

    :param float amount: as Odoo has it on the document
    :param currency: the ``res.currency`` of the document
    :raise InexactAmountError, UnsupportedCurrencyError: see ``money.to_minor``
    """
    return to_minor(exact(amount), currency.name)
