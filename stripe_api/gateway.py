"""The gateway to Stripe: one method per call that the addon makes.

A thin layer around the official SDK. It fixes what the SDK leaves open (version, time
limit, no hidden retries, no telemetry), demands an idempotency key for every write,
hands out plain dictionaries, and raises nothing but :mod:`.errors`.

It never talks to a database and keeps nothing between calls. Retrying is the worker's
business: only it knows what has been written down.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import stripe

from ..const import API_BASE, API_TIMEOUT, API_VERSION
from .errors import classify, redact, unreadable
from .keys import is_live

Json = dict[str, Any]

# Read-only requests that together show whether a restricted key may do our work.
PERMISSION_PROBES = (
    "customers",
    "invoices",
    "payment_intents",
    "charges",
    "balance_transactions",
    "events",
    "webhook_endpoints",
)

# An origin without a path: what a URL may hide in its other parts is not judged here.
LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?")


def _redact_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), ()
    return True


stripe.enable_telemetry = False
stripe.set_app_info("sale_stripe_invoice")
# At level DEBUG the SDK logs whole answers, and one of them holds a signing secret.
logging.getLogger("stripe").addFilter(_redact_record)


class ForbiddenBaseError(ValueError):
    """The configured address of the API is neither Stripe nor a loopback simulator."""


def check_base(base: str, key: str) -> str:
    """Return ``base`` if requests with ``key`` may go there.

    Another address than Stripe's is for simulators: loopback only, test keys only.

    :raise ForbiddenBaseError: a key would leave for somewhere it must not
    """
    base = (base or API_BASE).rstrip("/")
    if base == API_BASE:
        return base
    if not LOOPBACK.fullmatch(base) or is_live(key):
        raise ForbiddenBaseError(base)
    return base


class StripeGateway:
    """Calls to one Stripe account in one mode.

    :param key: secret or restricted key
    :param base: address of the API, Stripe's own if empty
    :raise ForbiddenBaseError: see :func:`check_base`
    :raise InvalidKeyError: the key is none
    """

    def __init__(self, key: str, base: str = "") -> None:
        self.livemode = is_live(key)
        self._client = stripe.StripeClient(
            key,
            stripe_version=API_VERSION,
            base_addresses={"api": check_base(base, key)},
            max_network_retries=0,
            # Requests, because Odoo's test guard watches it and no other library.
            http_client=stripe.RequestsClient(timeout=API_TIMEOUT),
        )

    # === Account === #

    def retrieve_account(self) -> Json:
        """Return the account that the key belongs to."""
        return self._read(self._client.v1.accounts.retrieve_current)

    def missing_permissions(self) -> list[str]:
        """Return the resources that the key may not read, empty when all is well."""
        missing = []
        for resource in PERMISSION_PROBES:
            service = getattr(self._client.v1, resource)
            with _our_errors(write=False):
                try:
                    service.list({"limit": 1})
                except stripe.PermissionError:
                    missing.append(resource)
        return missing

    def list_rendering_templates(self) -> list[Json]:
        """Return the templates of invoices that can be used."""
        params = {"status": "active", "limit": 100}
        service = self._client.v1.invoice_rendering_templates
        return list(self._pages(service, params))

    def list_own_tax_ids(self) -> list[Json]:
        """Return the tax ids of the account itself."""
        params = {"owner": {"type": "self"}, "limit": 100}
        return list(self._pages(self._client.v1.tax_ids, params))

    # === Events === #

    def list_events(self, types: list[str], since: int) -> list[Json]:
        """Return the events of ``types`` since an instant, oldest first.

        Stripe keeps them for 30 days and takes at most 20 types in one question.

        :param since: epoch seconds
        """
        params = {"types": types, "created": {"gte": since}, "limit": 100}
        return list(self._pages(self._client.v1.events, params))[::-1]

    # === Webhook endpoints === #

    def list_webhook_endpoints(self) -> list[Json]:
        """Return all webhook endpoints of the account, newest first."""
        return list(self._pages(self._client.v1.webhook_endpoints, {}))

    def create_webhook_endpoint(self, params: Json, key: str) -> Json:
        """Create an endpoint; the answer alone carries its signing ``secret``."""
        return self._write(self._client.v1.webhook_endpoints.create, key, params)

    def delete_webhook_endpoint(self, endpoint_id: str) -> Json:
        """Delete an endpoint; Stripe stops calling it at once."""
        return self._write(
            self._client.v1.webhook_endpoints.delete, None, None, endpoint_id
        )

    # === Customers === #

    def retrieve_customer(self, customer_id: str) -> Json:
        """Return a customer; of a deleted one no more than that: ``deleted``.

        :raise NotFoundError: it does not exist in this account and mode
        """
        return self._read(self._client.v1.customers.retrieve, customer_id)

    def create_customer(self, params: Json, key: str) -> Json:
        """Create a customer and return it."""
        return self._write(self._client.v1.customers.create, key, params)

    def update_customer(self, customer_id: str, params: Json, key: str) -> Json:
        """Change a customer; an empty string clears a field."""
        return self._write(self._client.v1.customers.update, key, params, customer_id)

    def list_tax_ids(self, customer_id: str) -> list[Json]:
        """Return the tax ids of a customer."""
        service = self._client.v1.customers.tax_ids
        return list(self._pages(service, {}, customer_id))

    def create_tax_id(self, customer_id: str, params: Json, key: str) -> Json:
        """Add a tax id: ``{"type": "eu_vat", "value": "FR..."}``."""
        create = self._client.v1.customers.tax_ids.create
        return self._write(create, key, params, customer_id)

    def delete_tax_id(self, customer_id: str, tax_id: str) -> Json:
        """Remove a tax id from a customer."""
        delete = self._client.v1.customers.tax_ids.delete
        return self._write(delete, None, None, customer_id, tax_id)

    def find_customer(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the customer created since ``since`` that carries ``metadata``.

        By listing, not by searching: Stripe's search index lags behind.
        """
        params = {"created": {"gte": since}, "limit": 100}
        return _carrying(metadata, self._pages(self._client.v1.customers, params))

    # === Invoices === #

    def create_invoice(self, params: Json, key: str) -> Json:
        """Create a draft invoice and return it."""
        return self._write(self._client.v1.invoices.create, key, params)

    def add_lines(self, invoice_id: str, lines: list[Json], key: str) -> Json:
        """Add lines to a draft; the answer is the invoice."""
        add = self._client.v1.invoices.add_lines
        return self._write(add, key, {"lines": lines}, invoice_id)

    def retrieve_invoice(self, invoice_id: str) -> Json:
        """Return an invoice, with what was paid outside of Stripe.

        :raise NotFoundError: it does not exist, or no longer
        """
        params = {"expand": ["amount_paid_off_stripe"]}
        return self._read(self._client.v1.invoices.retrieve, invoice_id, params)

    def list_lines(self, invoice_id: str) -> list[Json]:
        """Return all lines of an invoice in the order in which they were added."""
        service = self._client.v1.invoices.line_items
        return list(self._pages(service, {"limit": 100}, invoice_id))

    def find_invoice(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the invoice created since ``since`` that carries ``metadata``."""
        params = {"created": {"gte": since}, "limit": 100}
        return _carrying(metadata, self._pages(self._client.v1.invoices, params))

    def delete_invoice(self, invoice_id: str) -> Json:
        """Delete a draft."""
        return self._write(self._client.v1.invoices.delete, None, None, invoice_id)

    def update_invoice(self, invoice_id: str, params: Json, key: str) -> Json:
        """Change an invoice; of a finalized one little more than the metadata."""
        return self._write(self._client.v1.invoices.update, key, params, invoice_id)

    def finalize_invoice(self, invoice_id: str, params: Json, key: str) -> Json:
        """Turn a draft into an open invoice."""
        finalize = self._client.v1.invoices.finalize_invoice
        return self._write(finalize, key, params, invoice_id)

    def void_invoice(self, invoice_id: str, key: str) -> Json:
        """Void an open or uncollectible invoice; there is no way back."""
        return self._write(self._client.v1.invoices.void_invoice, key, {}, invoice_id)

    def mark_uncollectible(self, invoice_id: str, key: str) -> Json:
        """Give an open invoice up; it can still be paid or voided."""
        mark = self._client.v1.invoices.mark_uncollectible
        return self._write(mark, key, {}, invoice_id)

    def pay_invoice(self, invoice_id: str, params: Json, key: str) -> Json:
        """Pay an invoice, by charge or ``{"paid_out_of_band": True}``."""
        return self._write(self._client.v1.invoices.pay, key, params, invoice_id)

    def send_invoice(self, invoice_id: str, key: str) -> Json:
        """Let Stripe mail an open invoice to the customer."""
        return self._write(self._client.v1.invoices.send_invoice, key, {}, invoice_id)

    def report_payment(self, params: Json, key: str) -> Json:
        """Record a payment that was made outside of Stripe."""
        report = self._client.v1.payment_records.report_payment
        return self._write(report, key, params)

    def find_payment_record(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the payment record made since ``since`` that carries ``metadata``."""
        params = {"created_after": since, "limit": 100}
        return _carrying(metadata, self._pages(self._client.v1.payment_records, params))

    def attach_payment(self, invoice_id: str, params: Json, key: str) -> Json:
        """Let a payment count for an invoice: ``{"payment_record": "pr_..."}``."""
        attach = self._client.v1.invoices.attach_payment
        return self._write(attach, key, params, invoice_id)

    def list_invoice_payments(self, invoice_id: str) -> list[Json]:
        """Return the invoice's payments with their PaymentIntent and latest charge.

        Four levels are all that Stripe expands; fees need another call.
        """
        _check_ids((invoice_id,))
        params = {
            "invoice": invoice_id,
            "limit": 100,
            "expand": ["data.payment.payment_intent.latest_charge"],
        }
        return list(self._pages(self._client.v1.invoice_payments, params))

    # === Credit notes === #

    def retrieve_tax_rate(self, rate_id: str) -> Json:
        """Return a TaxRate, also one that was made for the lines of an invoice."""
        return self._read(self._client.v1.tax_rates.retrieve, rate_id)

    def preview_credit_note(self, params: Json) -> Json:
        """Return what a credit note with these parameters would be."""
        return self._read(self._client.v1.credit_notes.preview, params)

    def create_credit_note(self, params: Json, key: str) -> Json:
        """Issue a credit note; with ``refund_amount`` money moves at once."""
        return self._write(self._client.v1.credit_notes.create, key, params)

    def retrieve_credit_note(self, credit_note_id: str) -> Json:
        """Return a credit note."""
        return self._read(self._client.v1.credit_notes.retrieve, credit_note_id)

    def list_credit_notes(self, invoice_id: str) -> list[Json]:
        """Return the credit notes of an invoice, newest first, with their lines."""
        _check_ids((invoice_id,))
        params = {"invoice": invoice_id, "limit": 100}
        return list(self._pages(self._client.v1.credit_notes, params))

    def find_credit_note(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the credit note made since ``since`` that carries ``metadata``."""
        params = {"created": {"gte": since}, "limit": 100}
        return _carrying(metadata, self._pages(self._client.v1.credit_notes, params))

    def void_credit_note(self, credit_note_id: str, key: str) -> Json:
        """Void a credit note that only took off what was still due."""
        void = self._client.v1.credit_notes.void_credit_note
        return self._write(void, key, {}, credit_note_id)

    # === The wire === #

    def _read(self, method: Callable[..., Any], *args: Any) -> Json:
        _check_ids(args)
        with _our_errors(write=False):
            return _plain(method(*args))

    def _write(
        self,
        method: Callable[..., Any],
        key: str | None,
        params: Json | None,
        *ids: str,
    ) -> Json:
        """Send one write. Deletions carry no key: they are idempotent by nature."""
        _check_ids(ids)
        options = {"idempotency_key": key} if key else {}
        with _our_errors(write=True):
            return _plain(method(*ids, params or {}, options))

    def _pages(self, service: Any, params: Json, *ids: str) -> Iterator[Json]:
        _check_ids(ids)
        with _our_errors(write=False):
            for item in service.list(*ids, params).auto_paging_iter():
                yield _plain(item)


@contextmanager
def _our_errors(write: bool) -> Iterator[None]:
    """Raise our errors for the SDK's, unchained: the SDK's text may quote a secret."""
    try:
        yield
    except stripe.StripeError as error:
        raise classify(error, write) from None
    except (AttributeError, KeyError, TypeError):
        # What is no object of Stripe's, say a proxy's page, fails inside the SDK.
        raise unreadable(write) from None


def _plain(answer: Any) -> Json:
    plain: Json = answer.to_dict(for_json=True)
    return plain


def _check_ids(ids: tuple[Any, ...]) -> None:
    # ``retrieve("")`` would list instead of failing; Odoo's empty text is ``False``.
    if not all(ids):
        raise ValueError("A Stripe id is missing")


def _carrying(metadata: dict[str, str], items: Iterator[Json]) -> Json | None:
    for item in items:
        found = item.get("metadata") or {}
        if all(found.get(name) == value for name, value in metadata.items()):
            return item
    return None
