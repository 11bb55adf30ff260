"""What a restricted key may do."""

from __future__ import annotations

from simulator import wire
from simulator.errors import StripeError
from simulator.world import Account

# The dashboard's names of the permissions, as in Stripe's error messages.
NAMES = {
    "account": "rak_accounts_kyc_basic",
    "balance": "rak_balance",
    "charges": "rak_charge",
    "checkout_sessions": "rak_checkout_session",
    "credit_notes": "rak_credit_note",
    "customer_portal": "rak_customer_portal",
    "customers": "rak_customer",
    "disputes": "rak_dispute",
    "events": "rak_event",
    "invoices": "rak_invoice",
    "payment_intents": "rak_payment_intent",
    "payment_method_configurations": "rak_payment_method_configuration",
    "payment_methods": "rak_payment_method",
    "payment_records": "rak_payment_record",
    "payouts": "rak_payout",
    "prices": "rak_plan",
    "products": "rak_product",
    "setup_intents": "rak_setup_intent",
    "tax_ids": "rak_tax_id",
    "tax_rates": "rak_tax_rate",
    "topups": "rak_topup",
    "webhook_endpoints": "rak_webhook",
}


def check(account: Account, key: str, permission: str) -> None:
    """Raise Stripe's 403 where the key lacks the permission; write includes read."""
    granted = account.keys[key]
    if granted is None or permission in granted:
        return
    resource, _, action = permission.partition(":")
    if action == "read" and f"{resource}:write" in granted:
        return
    name = f"{NAMES.get(resource, 'rak_' + resource)}_{action}"
    raise StripeError(
        f"The provided key '{wire.masked(key)}' does not have the required "
        f"permissions for this endpoint on account '{account.id}'. Having the "
        f"'{name}' permission would allow this request to continue.",
        status=403,
    )
