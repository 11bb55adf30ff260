"""What creating a Checkout Session refuses."""

from __future__ import annotations

from urllib.parse import urlsplit

from simulator import method_types, money
from simulator.errors import invalid, param_missing
from simulator.params import join
from simulator.resources import common, customer, invoice_checks, price, tax_rate
from simulator.world import Account, World

MINUTE = 60
SHORTEST, LONGEST = 30 * MINUTE, 24 * 60 * MINUTE
MOST_LINES = 100
MOST_TAX_RATES = 5
TYPES = "allowed_payment_method_types"
UNSIMULATED = (
    "after_expiration", "allow_promotion_codes", "automatic_tax", "branding_settings",
    "consent_collection", "custom_fields", "customer_account", "customer_update",
    "discounts",
    "excluded_payment_method_types", "managed_payments", "name_collection",
    "optional_items", "payment_method_collection", "payment_method_configuration",
    "payment_method_data", "permissions",
    "redirect_on_completion", "return_url", "saved_payment_method_options",
    "shipping_address_collection", "shipping_options", "subscription_data",
    "tax_id_collection", "wallet_options",
)  # fmt: skip
PAYMENT_ONLY = ("line_items", "payment_intent_data", "submit_type", "invoice_creation")
PAYMENT_DATA = (
    "description", "metadata", "receipt_email", "setup_future_usage",
    "statement_descriptor",
)  # fmt: skip


def check(world: World, account: Account, params: common.Params) -> None:
    """Raise Stripe's 400 for parameters that make no session."""
    refuse_unsimulated(params)
    check_mode(params)
    check_addresses(account, params)
    check_customer(account, params)
    check_expiry(world.clock.now(), params.get("expires_at"))
    common.merge_metadata({}, params.get("metadata"))
    if params["mode"] == "setup":
        check_setup(params)
    else:
        check_payment(account, params)
    currency = params.get("currency") or account.settings["default_currency"]
    check_types(account, params, currency)


def refuse_unsimulated(params: common.Params) -> None:
    """Refuse honestly what Stripe could do and this simulator cannot."""
    common.refuse_unsimulated(params, UNSIMULATED)
    if params.get("mode") == "subscription":
        raise invalid("The simulator does not support subscriptions.", "mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The simulator has the hosted page only.", "ui_mode")
    if (params.get("adaptive_pricing") or {}).get("enabled"):
        raise invalid("The simulator does not convert prices.", "adaptive_pricing")
    if not params.get("customer"):
        raise invalid("The simulator needs a customer for a session.", "customer")
    data = params.get("payment_intent_data") or {}
    unknown = sorted(set(data) - set(PAYMENT_DATA))
    if unknown:
        param = f"payment_intent_data[{unknown[0]}]"
        raise invalid(f"The simulator does not support '{param}'.", param)


def check_mode(params: common.Params) -> None:
    """Raise a 400 without a mode, or for what belongs to the other mode."""
    if "mode" not in params:
        raise param_missing("mode")
    if params["mode"] == "setup":
        for name in PAYMENT_ONLY:
            if name in params:
                raise invalid(f"You can not pass `{name}` in `setup` mode.", name)
    elif "setup_intent_data" in params:
        raise invalid(
            "You can not pass `setup_intent_data` in `payment` mode.",
            "setup_intent_data",
        )


def check_addresses(account: Account, params: common.Params) -> None:
    """Raise a 400 for an address to return to that leads nowhere."""
    if not params.get("success_url"):
        raise param_missing("success_url")
    for name in ("success_url", "cancel_url"):
        if not params.get(name):
            continue
        parts = urlsplit(params[name])
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise invalid("Not a valid URL", name, "url_invalid")
        if account.livemode and parts.scheme != "https":
            raise invalid(
                "Livemode requests must always be redirected via HTTPS.", name
            )


def check_customer(account: Account, params: common.Params) -> None:
    """Raise a 400 for a customer that is none, or is told twice."""
    if "customer_email" in params:
        raise invalid(
            "You may only specify one of these parameters: customer, customer_email."
        )
    if "customer_creation" in params:
        raise invalid(
            "You may only specify one of these parameters: customer, customer_creation."
        )
    customer.living(account, params["customer"], "customer")


def check_expiry(now: int, expires_at: int | None) -> None:
    """Raise a 400 for a session that would end too early or too late."""
    if expires_at is None:
        return
    if expires_at < now + SHORTEST:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout "
            "Session creation.",
            "expires_at",
        )
    if expires_at > now + LONGEST:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout "
            "Session creation.",
            "expires_at",
        )


def check_setup(params: common.Params) -> None:
    """Stripe picks the payment methods to store by the currency, unless they are told.

    Source: the API reference of ``currency``.
    """
    if not params.get("currency") and not params.get(TYPES):
        raise param_missing("currency")


def check_types(account: Account, params: common.Params, currency: str) -> None:
    """Raise a 400 for payment method types that the account or currency excludes."""
    method_types.check_types(
        account.settings.get("payment_method_types"),
        currency,
        params.get(TYPES) or (),
        TYPES,
    )


def check_payment(account: Account, params: common.Params) -> None:
    """Raise a 400 for lines that cannot be sold, or an invoice that cannot be made."""
    lines = params.get("line_items")
    if not lines:
        raise param_missing("line_items")
    if len(lines) > MOST_LINES:
        raise invalid(f"You can only pass up to {MOST_LINES} line items.", "line_items")
    data = params.get("payment_intent_data") or {}
    common.merge_metadata({}, data.get("metadata"))
    invoice_checks.check_descriptor(data.get("statement_descriptor"))
    currencies = {
        check_line(account, line, f"line_items[{index}]")
        for index, line in enumerate(lines)
    }
    if len(currencies) > 1 or params.get("currency", *currencies) not in currencies:
        raise invalid(
            "All line items of a Checkout Session must have the same currency.",
            "line_items",
        )
    params["currency"] = currencies.pop()
    check_invoice(account, params.get("invoice_creation") or {})


def check_line(account: Account, line: common.Params, path: str) -> str:
    """Raise a 400 for a line that cannot be sold; returns its currency."""
    common.refuse_unsimulated(line, ("adjustable_quantity",))
    if "quantity" not in line:
        raise invalid(
            f"Quantity is required. Add `quantity` to `{path}`", join(path, "quantity")
        )
    if line["quantity"] < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            join(path, "quantity"),
            "parameter_invalid_integer",
        )
    if ("price" in line) == ("price_data" in line):
        raise invalid(f"You must specify either `price` or `price_data` in `{path}`.")
    rates = line.get("tax_rates") or []
    if len(rates) > MOST_TAX_RATES:
        raise invalid("You can set up to 5 tax rates.", join(path, "tax_rates"))
    for rate_id in rates:
        tax_rate.usable(account, rate_id, join(path, "tax_rates"))
    if "price" in line:
        named = common.refer(account, "price", line["price"], join(path, "price"))
        return str(named["currency"])
    return check_price(account, line["price_data"], join(path, "price_data"))


def check_price(account: Account, data: common.Params, path: str) -> str:
    """Raise a 400 for price data that make no price; returns the currency."""
    common.refuse_unsimulated(data, ("recurring",))
    currency = money.check_currency(data["currency"])
    price.unit_amount(data, path)
    if ("product" in data) == ("product_data" in data):
        raise invalid("You must specify either `product` or `product_data`.", path)
    if "product" in data:
        common.refer(account, "product", data["product"], join(path, "product"))
    return currency


def check_invoice(account: Account, creation: common.Params) -> None:
    """Raise a 400 for data of an invoice that could not be made after the payment."""
    data = creation.get("invoice_data") or {}
    if data and not creation.get("enabled"):
        raise invalid(
            "You can only pass `invoice_data` when invoice creation is enabled.",
            "invoice_creation[invoice_data]",
        )
    common.refuse_unsimulated(data, ("issuer",))
    common.merge_metadata({}, data.get("metadata"))
    if len(data.get("custom_fields") or []) > invoice_checks.MOST_CUSTOM_FIELDS:
        raise invalid(
            f"You can set up to {invoice_checks.MOST_CUSTOM_FIELDS} custom fields.",
            "invoice_creation[invoice_data][custom_fields]",
        )
    invoice_checks.check_account_tax_ids(account, data.get("account_tax_ids") or [])
    options = data.get("rendering_options") or {}
    if template := options.get("template"):
        param = "invoice_creation[invoice_data][rendering_options][template]"
        common.refer(account, "invoice_rendering_template", template, param)


def check_total(total: int, currency: str) -> None:
    """Raise Stripe's 400 for a sum that cannot be charged; minor units."""
    if total < money.minimum_charge(currency):
        least = money.spoken(money.minimum_charge(currency), currency)
        raise invalid(
            f"The Checkout Session's total amount due must add up to at least {least}",
            code="amount_too_small",
        )
    if total > money.maximum_charge(currency):
        raise money.too_large(currency)
