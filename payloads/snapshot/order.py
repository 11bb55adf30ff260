"""A sale order as it is to be paid up front, or what speaks against it."""

from ...const import MAX_CUSTOM_FIELD_NAME, MAX_MEMO, MAX_PRODUCT_NAME
from ...stripe_api.money import (
    InexactAmountError,
    UnsupportedCurrencyError,
    maximum_charge,
    minimum_charge,
)
from ..checkout import OrderSnapshot
from ..text import cut, one_line
from .customer import freeze_partner
from .error import Objection, SnapshotError
from .lines import freeze_line
from .minor import minor
from .payment import contact_methods, methods_for
from .words import language

LEAST_ELSEWHERE = 50


def freeze_order(order, account):
    """Return the snapshot of a sale order that is to be paid up front.

    :param order: one ``sale.order``, in the environment of its company
    :param account: the ``stripe.account``
    :rtype: OrderSnapshot
    :raise SnapshotError: Stripe could not charge what it asks for
    """
    # What speaks against it is told to who sells, the rest to the customer.
    told = order.env
    order = order.with_context(lang=language(order))
    asked = order._stripe_checkout_amount()
    try:
        total = minor(order.amount_total, order.currency_id)
        amount = minor(asked, order.currency_id)
        lines = tuple(_lines(order))
    except (InexactAmountError, UnsupportedCurrencyError) as error:
        text = told._(
            "Stripe cannot charge %(order)s exactly in %(currency)s.",
            order=order.name,
            currency=order.currency_id.name,
        )
        raise SnapshotError(Objection("currency", text, order)) from error
    _check_bounds(order, amount, told)
    contact = order.partner_invoice_id
    return OrderSnapshot(
        name=order.name,
        currency=order.currency_id.name,
        customer=freeze_partner(contact, order.partner_shipping_id, order.company_id),
        lines=lines,
        total=total,
        amount=amount,
        whole=_whole(order, amount < total),
        label=cut(order.env._("Order"), MAX_CUSTOM_FIELD_NAME),
        memo=cut(_memo(order), MAX_MEMO),
        tax_included_display=order.company_price_include == "tax_included",
        payment_method_types=tuple(_methods(order, account, asked, told)),
        account_country=account.country_code or "",
    )


def _lines(order):
    """Yield the lines that have a price, as Odoo rounds them for the order's total."""
    priced = order._get_priced_lines()
    base_lines = [line._prepare_base_line_for_taxes_computation() for line in priced]
    taxes = order.env["account.tax"]
    taxes._add_tax_details_in_base_lines(base_lines, order.company_id)
    taxes._round_base_lines_tax_details(base_lines, order.company_id)
    for line, base_line in zip(priced, base_lines, strict=True):
        text = one_line(line.name or line.product_id.name or "")
        if line.product_uom_qty != 1:
            text = f"{line.product_uom_qty:g} × {text}"
        yield freeze_line(order, base_line, cut(text, MAX_PRODUCT_NAME))


def _whole(order, down_payment):
    """Return the text of the line that stands for the whole order, or a part of it."""
    if down_payment:
        return order.env._("Down payment on order %s", order.name)
    return order.env._("Order %s", order.name)


def _memo(order):
    return order.env._(
        "This document confirms your payment of order %(order)s. Your invoice for it "
        "is issued by %(company)s, under its own number.",
        order=order.name,
        company=order.company_id.name,
    )


def _methods(order, account, asked, told):
    """Return the codes of the payment methods that the page offers.

    :raise SnapshotError: some were chosen, and none takes what is asked for
    """
    chosen = contact_methods(order.partner_invoice_id, account)
    usable = methods_for(chosen, asked, order.currency_id, account)
    if chosen and not usable:
        text = told._(
            "None of the chosen payment methods (%(methods)s) takes what %(order)s "
            "asks for, in %(currency)s. Choose another one on the contact.",
            methods=", ".join(chosen.mapped("name")),
            order=order.name,
            currency=order.currency_id.name,
        )
        raise SnapshotError(Objection("payment_methods", text, order))
    return usable.mapped("code")


def _check_bounds(order, amount, told):
    """Make sure that Stripe charges so little, or so much.

    :param int amount: minor units
    :raise SnapshotError: it does not
    """
    currency = order.currency_id.name
    least = minimum_charge(currency) or LEAST_ELSEWHERE
    if not least <= amount <= maximum_charge(currency):
        text = told._(
            "What %(order)s asks for is less than Stripe charges, or more.",
            order=order.name,
        )
        raise SnapshotError(Objection("bounds", text, order))
