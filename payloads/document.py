"""The snapshot: one document as plain data, frozen before anything of it is sent.

Payloads are pure functions of it, the proof compares Stripe's draft with it, and what a
user sees as the customer as finalized is it. Amounts are integers in Stripe's minor
units, instants are epoch seconds.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TaxSnapshot:
    """One tax on one line.

    ``percentage`` is a decimal text with at most four decimals, ``"20"`` or ``"5.5"``,
    and ``"0"`` for a tax that is no percentage. An ``inclusive`` tax is part of the
    amount of its line. ``country`` is an ISO 3166 code and ``state`` the part of an
    ISO 3166-2 code after it. ``tax_type`` and ``reason`` are Stripe's words, the latter
    its ``taxability_reason``. What is unknown is empty.
    """

    label: str
    percentage: str
    amount: int
    taxable_amount: int
    country: str = ""
    inclusive: bool = False
    state: str = ""
    jurisdiction: str = ""
    tax_type: str = ""
    reason: str = ""

    @property
    def rate(self) -> tuple[str, ...]:
        """What tells one tax rate from another at Stripe.

        Source: https://docs.stripe.com/invoicing/taxes/manual-tax-amounts
        """
        place = (self.country, self.state, self.jurisdiction)
        behavior = "inclusive" if self.inclusive else "exclusive"
        return (self.label, self.percentage, behavior, self.tax_type, *place)


@dataclass(frozen=True)
class LineSnapshot:
    """One printed line: the amount after discounts, and its taxes.

    The amount holds the inclusive ones of the taxes, and no other.
    """

    description: str
    amount: int
    taxes: tuple[TaxSnapshot, ...] = ()


@dataclass(frozen=True)
class AddressSnapshot:
    """A postal address; ``country`` and ``state`` are codes where Odoo has them."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return any(dataclasses.astuple(self))


@dataclass(frozen=True)
class CustomerSnapshot:
    """The seven fields that Stripe freezes, and the customer's language.

    ``tax_ids`` are pairs of Stripe's type and the value, ``("eu_vat", "FR...")``.
    ``locale`` is a language tag such as ``fr-FR``, or empty.
    """

    name: str
    email: str = ""
    phone: str = ""
    address: AddressSnapshot = AddressSnapshot()
    shipping_name: str = ""
    shipping_phone: str = ""
    shipping_address: AddressSnapshot = AddressSnapshot()
    tax_exempt: str = "none"
    tax_ids: tuple[tuple[str, str], ...] = ()
    locale: str = ""


@dataclass(frozen=True)
class InvoiceSnapshot:
    """A posted customer invoice as it is to appear at Stripe.

    ``effective_at`` and ``due_at`` are epoch seconds; ``page_size`` is ``a4`` or
    ``letter``; ``currency`` is an upper-case ISO 4217 code. ``overdue`` tells that the
    due date had passed, so that ``due_at`` is only the next moment that Stripe takes.
    ``custom_fields`` are pairs of label and text. ``account_country`` is where the
    Stripe account is, ``template`` and ``account_tax_ids`` are Stripe's ids. What is
    empty is not sent: Stripe's own settings decide. ``subtotal`` is the sum of the
    lines, ``tax`` that of all taxes; with ``tax_included_display``, lines are printed
    with their inclusive ones. ``legal_document`` is ``odoo`` or ``stripe``: whose
    document is the invoice by law; the other one says so.
    """

    number: str
    currency: str
    customer: CustomerSnapshot
    lines: tuple[LineSnapshot, ...]
    subtotal: int
    tax: int
    total: int
    effective_at: int
    due_at: int
    memo: str = ""
    page_size: str = "a4"
    overdue: bool = False
    footer: str = ""
    custom_fields: tuple[tuple[str, str], ...] = ()
    statement_descriptor: str = ""
    tax_included_display: bool = False
    payment_method_types: tuple[str, ...] = ()
    account_country: str = ""
    template: str = ""
    template_version: int = 0
    account_tax_ids: tuple[str, ...] = ()
    legal_document: str = "odoo"

    def to_json(self) -> dict[str, Any]:
        """Return the snapshot as data that JSON can hold."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "InvoiceSnapshot":
        """Return the snapshot that :meth:`to_json` wrote."""
        return cls(
            **{
                **data,
                "customer": customer_from_json(data["customer"]),
                "lines": tuple(line_from_json(line) for line in data["lines"]),
                # Snapshots of earlier versions do not have these.
                "custom_fields": tuple(
                    (label, text) for label, text in data.get("custom_fields", ())
                ),
                "payment_method_types": tuple(data.get("payment_method_types", ())),
                "account_tax_ids": tuple(data.get("account_tax_ids", ())),
            }
        )


def customer_from_json(data: dict[str, Any]) -> CustomerSnapshot:
    """Return the customer of a snapshot that was stored as JSON."""
    return CustomerSnapshot(
        **{
            **data,
            "address": AddressSnapshot(**data["address"]),
            "shipping_address": AddressSnapshot(**data["shipping_address"]),
            "tax_ids": tuple((kind, value) for kind, value in data["tax_ids"]),
        }
    )


def line_from_json(data: dict[str, Any]) -> LineSnapshot:
    """Return a line from the data of :meth:`InvoiceSnapshot.to_json`."""
    taxes = tuple(TaxSnapshot(**tax) for tax in data["taxes"])
    return LineSnapshot(**{**data, "taxes": taxes})
