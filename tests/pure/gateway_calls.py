"""Every method of the gateway, what it sends, and where."""

from collections.abc import Callable
from typing import Any

from ...stripe_api.gateway import StripeGateway

CREDIT = {"invoice": "in_1", "amount": 100}

Act = Callable[[StripeGateway], Any]

# Every method, what it sends, and where: the whole of what the addon asks of Stripe.
READS: list[tuple[str, str, Act]] = [
    ("GET", "/v1/account", lambda g: g.retrieve_account()),
    (
        "GET",
        "/v1/invoice_rendering_templates",
        lambda g: g.list_rendering_templates(),
    ),
    ("GET", "/v1/tax_ids", lambda g: g.list_own_tax_ids()),
    ("GET", "/v1/webhook_endpoints", lambda g: g.list_webhook_endpoints()),
    ("GET", "/v1/customers/cus_1/tax_ids", lambda g: g.list_tax_ids("cus_1")),
    ("GET", "/v1/customers/cus_1", lambda g: g.retrieve_customer("cus_1")),
    ("GET", "/v1/customers", lambda g: g.find_customer({}, 5)),
    (
        "GET",
        "/v1/customers/cus_1/balance_transactions",
        lambda g: g.credit_of("cus_1", "eur"),
    ),
    (
        "GET",
        "/v1/customers/cus_1/balance_transactions",
        lambda g: g.find_balance_change("cus_1", {"n": "7"}),
    ),
    ("GET", "/v1/invoices/in_1", lambda g: g.retrieve_invoice("in_1")),
    ("GET", "/v1/tax_rates/txr_1", lambda g: g.retrieve_tax_rate("txr_1")),
    ("GET", "/v1/credit_notes/preview", lambda g: g.preview_credit_note(CREDIT)),
    ("GET", "/v1/credit_notes/cn_1", lambda g: g.retrieve_credit_note("cn_1")),
    ("GET", "/v1/credit_notes", lambda g: g.list_credit_notes("in_1")),
    ("GET", "/v1/credit_notes", lambda g: g.find_credit_note({"n": "7"}, 1)),
    ("GET", "/v1/invoices/in_1/lines", lambda g: g.list_lines("in_1")),
    ("GET", "/v1/invoices", lambda g: g.find_invoice({}, 5)),
    ("GET", "/v1/invoice_payments", lambda g: g.list_invoice_payments("in_1")),
    ("GET", "/v1/events", lambda g: list(g.event_pages(["invoice.paid"], 5))),
    ("GET", "/v1/customers/cus_1", lambda g: g.retrieve_paying_customer("cus_1")),
    ("GET", "/v1/payment_methods/pm_1", lambda g: g.retrieve_payment_method("pm_1")),
    ("GET", "/v1/setup_intents/seti_1", lambda g: g.retrieve_setup_intent("seti_1")),
    (
        "GET",
        "/v1/payment_method_configurations",
        lambda g: g.list_method_configurations(),
    ),
    (
        "GET",
        "/v1/billing_portal/configurations",
        lambda g: g.list_portal_configurations(),
    ),
    ("GET", "/v1/payment_records", lambda g: g.find_payment_record({}, 5)),
    ("GET", "/v1/refunds/re_1", lambda g: g.retrieve_refund("re_1")),
    ("GET", "/v1/refunds", lambda g: g.list_refunds("ch_1")),
    ("GET", "/v1/refunds", lambda g: g.list_refunds_since(5)),
    ("GET", "/v1/refunds", lambda g: g.find_refund({}, 5)),
    ("GET", "/v1/charges/ch_1", lambda g: g.retrieve_charge("ch_1")),
    ("GET", "/v1/invoice_payments", lambda g: g.list_payments_of_intent("pi_1")),
    ("GET", "/v1/disputes/du_1", lambda g: g.retrieve_dispute("du_1")),
    ("GET", "/v1/disputes", lambda g: g.list_disputes_since(5)),
    (
        "GET",
        "/v1/checkout/sessions/cs_1",
        lambda g: g.retrieve_checkout_session("cs_1"),
    ),
    ("GET", "/v1/checkout/sessions", lambda g: g.find_checkout_session({}, 5)),
    ("GET", "/v1/invoices", lambda g: list(g.invoices_in("open"))),
    ("GET", "/v1/invoices/search", lambda g: g.search_invoices("INV/1")),
    ("GET", "/v1/balance", lambda g: g.retrieve_balance()),
    ("GET", "/v1/balance_transactions", lambda g: g.list_balance_transactions(5)),
    ("GET", "/v1/balance_transactions", lambda g: g.list_payout_items("po_1")),
    ("GET", "/v1/payouts/po_1", lambda g: g.retrieve_payout("po_1")),
]

POSTS: list[tuple[str, str, Act]] = [
    ("POST", path, act)
    for path, act in (
        ("/v1/webhook_endpoints", lambda g: g.create_webhook_endpoint({}, "k")),
        (
            "/v1/webhook_endpoints/we_1",
            lambda g: g.update_webhook_endpoint("we_1", {}, "k"),
        ),
        ("/v1/customers", lambda g: g.create_customer({}, "k")),
        ("/v1/customers/cus_1", lambda g: g.update_customer("cus_1", {}, "k")),
        (
            "/v1/customers/cus_1/tax_ids",
            lambda g: g.create_tax_id("cus_1", {}, "k"),
        ),
        (
            "/v1/customers/cus_1/balance_transactions",
            lambda g: g.change_balance("cus_1", {}, "k"),
        ),
        ("/v1/invoices", lambda g: g.create_invoice({}, "k")),
        ("/v1/invoices/in_1/add_lines", lambda g: g.add_lines("in_1", [], "k")),
        ("/v1/invoices/in_1", lambda g: g.update_invoice("in_1", {}, "k")),
        ("/v1/invoices/in_1/finalize", lambda g: g.finalize_invoice("in_1", {}, "k")),
        ("/v1/invoices/in_1/void", lambda g: g.void_invoice("in_1", "k")),
        ("/v1/credit_notes", lambda g: g.create_credit_note({}, "k")),
        ("/v1/refunds", lambda g: g.create_refund({}, "k")),
        ("/v1/charges/ch_1", lambda g: g.update_charge("ch_1", {}, "k")),
        (
            "/v1/customers/cus_1/funding_instructions",
            lambda g: g.create_funding_instructions("cus_1", {}, "k"),
        ),
        ("/v1/credit_notes/cn_1/void", lambda g: g.void_credit_note("cn_1", "k")),
        (
            "/v1/invoices/in_1/mark_uncollectible",
            lambda g: g.mark_uncollectible("in_1", "k"),
        ),
        ("/v1/invoices/in_1/pay", lambda g: g.pay_invoice("in_1", {}, "k")),
        ("/v1/invoices/in_1/send", lambda g: g.send_invoice("in_1", "k")),
        (
            "/v1/payment_records/report_payment",
            lambda g: g.report_payment({}, "k"),
        ),
        ("/v1/checkout/sessions", lambda g: g.create_checkout_session({}, "k")),
        (
            "/v1/checkout/sessions/cs_1/expire",
            lambda g: g.expire_checkout_session("cs_1", "k"),
        ),
        ("/v1/tax_rates", lambda g: g.create_tax_rate({}, "k")),
        ("/v1/billing_portal/sessions", lambda g: g.create_portal_session({}, "k")),
        (
            "/v1/invoices/in_1/attach_payment",
            lambda g: g.attach_payment("in_1", {}, "k"),
        ),
    )
]

DELETIONS: list[tuple[str, str, Act]] = [
    (
        "DELETE",
        "/v1/webhook_endpoints/we_1",
        lambda g: g.delete_webhook_endpoint("we_1"),
    ),
    (
        "DELETE",
        "/v1/customers/cus_1/tax_ids/txi_1",
        lambda g: g.delete_tax_id("cus_1", "txi_1"),
    ),
    ("DELETE", "/v1/invoices/in_1", lambda g: g.delete_invoice("in_1")),
    ("DELETE", "/v1/customers/cus_1", lambda g: g.delete_customer("cus_1")),
]

CALLS = READS + POSTS + DELETIONS
