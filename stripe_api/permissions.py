"""What a key must be allowed at Stripe, and one request each that shows whether it is.

Stripe tells nobody what a restricted key may do; it only refuses. So each permission is
tried: reading by a list of one, writing on an object that does not exist, where a key
that may write is told just that, and nothing changes.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

# No object of Stripe's has such an id.
NOBODY = "of_nobody"


class Permission(NamedTuple):
    """One permission of a restricted key.

    ``name`` and ``level`` are the words of Stripe's dashboard; ``path`` leads from the
    SDK's services to the method that needs it.
    """

    name: str
    level: str
    path: str


PERMISSIONS = (
    Permission("Customers", "write", "customers.update"),
    Permission("Invoices", "write", "invoices.void_invoice"),
    Permission("Credit notes", "write", "credit_notes.void_credit_note"),
    Permission("PaymentIntents", "read", "payment_intents.list"),
    Permission("Charges and Refunds", "write", "refunds.update"),
    Permission("Disputes", "read", "disputes.list"),
    Permission("Balance", "read", "balance.retrieve"),
    Permission("Balance transactions", "read", "balance_transactions.list"),
    Permission("Payouts", "read", "payouts.list"),
    Permission("Events", "read", "events.list"),
    Permission("Webhook Endpoints", "write", "webhook_endpoints.update"),
)


def attempt(services: Any, permission: Permission) -> None:
    """Make the request that needs ``permission``.

    :param services: the SDK's services of version 1
    :raise stripe.StripeError: what Stripe says; a write is refused in any case, with a
        ``PermissionError`` if the key may not
    """
    method: Callable[..., Any] = services
    for name in permission.path.split("."):
        method = getattr(method, name)
    if permission.level == "write":
        method(NOBODY, {})
    elif permission.path.endswith(".list"):
        method({"limit": 1})
    else:
        method()
