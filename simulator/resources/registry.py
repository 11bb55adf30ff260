"""All routes of the API. A new resource adds its module here."""

from __future__ import annotations

from types import ModuleType

from simulator.resources import (
    account,
    balance_settings,
    balance_transaction,
    cash_balance_api,
    charge,
    checkout_session,
    credit_note,
    customer,
    customer_balance,
    dispute,
    event,
    invoice,
    invoice_item,
    invoice_payment,
    mandate,
    method_configuration,
    payment_intent,
    payment_method,
    payment_report,
    payout,
    portal_configuration,
    portal_session,
    price,
    product,
    refund,
    rendering_template,
    setup_intent,
    tax_id,
    tax_rate,
    topup,
    webhook_endpoint,
)
from simulator.routing import Route

MODULES: tuple[ModuleType, ...] = (
    account,
    balance_settings,
    balance_transaction,
    cash_balance_api,
    charge,
    checkout_session,
    credit_note,
    customer,
    customer_balance,
    dispute,
    event,
    invoice,
    invoice_item,
    invoice_payment,
    mandate,
    method_configuration,
    payment_intent,
    payment_method,
    payment_report,
    payout,
    portal_configuration,
    portal_session,
    price,
    product,
    refund,
    rendering_template,
    setup_intent,
    tax_id,
    tax_rate,
    topup,
    webhook_endpoint,
)
ROUTES: tuple[Route, ...] = tuple(
    route for module in MODULES for route in module.ROUTES
)


def match(method: str, path: str) -> tuple[Route, list[str]] | None:
    """Return the route of a request and the identifiers in its path, or None.

    An address that ends in a slash, from an empty identifier, is the collection's.
    """
    path = path.rstrip("/")
    for route in ROUTES:
        if route.method == method and (found := route.pattern.match(path)):
            return route, list(found.groups())
    return None
