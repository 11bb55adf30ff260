"""The API of PaymentRecords: reports of payments made outside Stripe."""

from __future__ import annotations

from simulator import listing, money
from simulator.errors import StripeError, invalid, param_missing
from simulator.resources import common, invoice_payment, invoice_state, payment_record
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

NOT_AVAILABLE = (
    "Your account doesn't have access to Payment Records. Contact us at "
    "https://support.stripe.com/ to request access."
)


def check_available(account: Account) -> None:
    """Raise the refusal of an account that has no PaymentRecords.

    The account's setting ``payment_records`` is true, false for a 403, or the HTTP
    status to refuse with: nobody has recorded what Stripe answers.
    """
    setting = account.settings.get("payment_records", True)
    if setting is not True:
        raise StripeError(NOT_AVAILABLE, status=setting or 403)


def report(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/payment_records/report_payment."""
    check_available(account)
    currency, value = check_amount(params["amount_requested"], "amount_requested")
    check_method(params["payment_method_details"])
    outcome = params.get("outcome")
    if outcome and outcome not in params:
        raise param_missing(outcome)
    customer = (params.get("customer_details") or {}).get("customer")
    if customer:
        common.refer(account, "customer", customer, "customer_details[customer]")
    record_id = world.new_id("pr")
    record = payment_record.blank(world, account, record_id, currency, value)
    payment_record.describe(record, params)
    if outcome:
        payment_record.conclude(record, outcome)
    return common.create(world, account, record)


def check_amount(given: common.Params, param: str) -> tuple[str, int]:
    """Return currency and minor units; raises a 400 for what cannot be paid."""
    currency = money.check_currency(given["currency"], f"{param}[currency]")
    value: int = given["value"]
    if value < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            f"{param}[value]",
            "parameter_invalid_integer",
        )
    money.check_representable(value, currency, f"{param}[value]")
    return currency, value


def check_method(given: common.Params) -> None:
    """Raise a 400 unless the payment method is a custom one with a name."""
    common.refuse_unsimulated(given, ("payment_method",))
    custom = given.get("custom") or {}
    common.refuse_unsimulated(custom, ("type",))
    if not custom.get("display_name"):
        param = "payment_method_details[custom][display_name]"
        raise param_missing(param)


def find(account: Account, record_id: str) -> JSONObject:
    """Return a PaymentRecord; raises Stripe's 404."""
    check_available(account)
    return common.find(account, "payment_record", record_id)


def retrieve(
    world: World, account: Account, record_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/payment_records/:id."""
    return find(account, record_id)


def list_records(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/payment_records, by time of creation."""
    check_available(account)
    after = params.get("created_after", 0)
    before = params.get("created_before")
    rows = [
        record
        for record in listing.newest_first(account.table("payment_record"))
        if record["created"] > after and (before is None or record["created"] < before)
    ]
    return listing.paginate(rows, params, "/v1/payment_records")


def concluded(
    world: World, account: Account, record_id: str, params: common.Params, outcome: str
) -> JSONObject:
    """Report the outcome of a payment under way; its invoices follow."""
    record = find(account, record_id)
    known = payment_record.outcome(record)
    if known:
        raise invalid(f"This payment attempt has already been reported as {known}.")
    metadata = common.merge_metadata(record["metadata"], params.get("metadata"))
    record["metadata"] = metadata
    payment_record.conclude(record, outcome)
    for entry in invoice_payment.of_intent(account, record_id):
        if entry["status"] == "open" and outcome == "guaranteed":
            value = record["amount_guaranteed"]["value"]
            invoice_state.credit(world, account, entry, value)
        elif entry["status"] == "open":
            invoice_payment.cancel(world, entry)
    return record


def guaranteed(
    world: World, account: Account, record_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_records/:id/report_payment_attempt_guaranteed."""
    return concluded(world, account, record_id, params, "guaranteed")


def failed(
    world: World, account: Account, record_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_records/:id/report_payment_attempt_failed."""
    return concluded(world, account, record_id, params, "failed")


def canceled(
    world: World, account: Account, record_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_records/:id/report_payment_attempt_canceled."""
    return concluded(world, account, record_id, params, "canceled")


def refund(
    world: World, account: Account, record_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_records/:id/report_refund; invoices stay as they are."""
    record = find(account, record_id)
    done, paid = record["amount_refunded"]["value"], record["amount_guaranteed"]
    left = paid["value"] - done
    given = params.get("amount") or payment_record.money(paid["currency"], left)
    currency, value = check_amount(given, "amount")
    if currency != paid["currency"]:
        raise invalid(
            "The currency of the refund must match the currency of the payment.",
            "amount[currency]",
        )
    if value > left:
        raise invalid(
            f"Refund amount ({value}) is greater than unrefunded amount on payment "
            f"({left}).",
            "amount[value]",
        )
    record["metadata"] = common.merge_metadata(
        record["metadata"], params.get("metadata")
    )
    record["amount_refunded"] = payment_record.money(currency, done + value)
    return record


PATH = "/payment_records"
ONE = PATH + "/:id"
READ, WRITE = "payment_records:read", "payment_records:write"
REPORT = "PaymentRecordReportPayment"
ROUTES = [
    Route("POST", PATH + "/report_payment", report, f"{REPORT}Params", WRITE),
    Route("GET", PATH, list_records, "PaymentRecordListParams", READ),
    Route("GET", ONE, retrieve, "PaymentRecordRetrieveParams", READ),
    Route(
        "POST",
        ONE + "/report_payment_attempt_guaranteed",
        guaranteed,
        f"{REPORT}AttemptGuaranteedParams",
        WRITE,
    ),
    Route(
        "POST",
        ONE + "/report_payment_attempt_failed",
        failed,
        f"{REPORT}AttemptFailedParams",
        WRITE,
    ),
    Route(
        "POST",
        ONE + "/report_payment_attempt_canceled",
        canceled,
        f"{REPORT}AttemptCanceledParams",
        WRITE,
    ),
    Route(
        "POST", ONE + "/report_refund", refund, "PaymentRecordReportRefundParams", WRITE
    ),
]
