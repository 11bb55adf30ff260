"""Credit notes as Stripe takes them: what is due first, then what was paid."""

import dataclasses

import pytest

from ...payloads.credit_note import (
    CreditNoteSnapshot,
    NegativeLineError,
    UnknownRateError,
    create_params,
    differences,
    rate_ids,
    rates_used,
)
from ...payloads.document import LineSnapshot, TaxSnapshot

VAT = TaxSnapshot("VAT", "20", 200, 1000, "FR")
RATE = {
    "id": "txr_1",
    "display_name": "VAT",
    "percentage": 20.0,
    "inclusive": False,
    "country": "FR",
    "state": None,
    "jurisdiction": None,
    "tax_type": None,
}
NOTE = CreditNoteSnapshot(
    number="RINV/1",
    currency="EUR",
    lines=(LineSnapshot("Consulting", 1000, (VAT,)),),
    subtotal=1000,
    total=1200,
    effective_at=1_800_000_000,
    memo="Credit note RINV/1",
)


def params(note: CreditNoteSnapshot, remaining: int) -> dict[str, object]:
    invoice = {"id": "in_1", "amount_remaining": remaining}
    return create_params(note, invoice, rate_ids([RATE]), {"n": "7"})


def test_the_line_names_the_rate_that_the_invoice_has() -> None:
    assert rates_used([{"taxes": [{"tax_rate_details": {"tax_rate": "txr_1"}}]}]) == [
        "txr_1"
    ]
    assert params(NOTE, 5000)["lines"] == [
        {
            "type": "custom_line_item",
            "description": "Consulting",
            "quantity": 1,
            "unit_amount": 1000,
            "tax_amounts": [
                {"amount": 200, "taxable_amount": 1000, "tax_rate": "txr_1"}
            ],
        }
    ]


@pytest.mark.parametrize(
    ("means", "name"),
    [
        ("none", "out_of_band_amount"),
        ("refund", "refund_amount"),
        ("balance", "credit_amount"),
    ],
)
@pytest.mark.parametrize(("remaining", "paid"), [(1200, 0), (500, 700), (0, 1200)])
def test_only_what_was_paid_has_to_go_somewhere(
    means: str, name: str, remaining: int, paid: int
) -> None:
    found = params(dataclasses.replace(NOTE, means=means), remaining)
    amounts = {key: value for key, value in found.items() if key.endswith("_amount")}
    assert amounts == ({name: paid} if paid else {})


def test_stripe_mails_only_when_it_is_the_one_who_mails() -> None:
    assert params(NOTE, 0)["email_type"] == "none"
    mailed = dataclasses.replace(NOTE, mailed=True)
    assert params(mailed, 0)["email_type"] == "credit_note"


def test_a_tax_that_the_invoice_does_not_have_is_named() -> None:
    other = dataclasses.replace(VAT, label="GST")
    line = dataclasses.replace(NOTE.lines[0], taxes=(other,))
    with pytest.raises(UnknownRateError, match="GST"):
        params(dataclasses.replace(NOTE, lines=(line,)), 0)


def test_lines_of_both_signs_become_one_and_nothing_is_lost() -> None:
    back = dataclasses.replace(VAT, amount=-20, taxable_amount=-100)
    lines = (*NOTE.lines, LineSnapshot("Discount", -100, (back,)))
    found = params(dataclasses.replace(NOTE, lines=lines), 0)["lines"]
    assert isinstance(found, list)
    assert len(found) == 1
    assert found[0]["unit_amount"] == 900
    assert found[0]["tax_amounts"][0]["amount"] == 180


def test_what_charges_more_than_it_credits_is_refused() -> None:
    lines = (LineSnapshot("Charge", -100), *NOTE.lines)
    with pytest.raises(NegativeLineError):
        params(dataclasses.replace(NOTE, lines=lines), 0)


def test_every_figure_of_the_preview_counts() -> None:
    preview = {
        "currency": "eur",
        "subtotal": 1000,
        "total": 1200,
        "total_taxes": [{"amount": 200}],
    }
    assert differences(NOTE, preview) == []
    for name, value in (("currency", "usd"), ("subtotal", 999), ("total", 1201)):
        [row] = differences(NOTE, {**preview, name: value})
        assert row.field == name
    [row] = differences(NOTE, {**preview, "total_taxes": []})
    assert (row.field, row.odoo, row.stripe) == ("tax", 200, 0)


def test_refunds_that_were_made_already_are_named_for_no_more_than_was_paid() -> None:
    made = [
        {"refund": "re_1", "amount_refunded": 500},
        {"refund": "re_2", "amount_refunded": 900},
    ]
    invoice = {"id": "in_1", "amount_remaining": 0}
    rates = rate_ids([RATE])
    both = create_params(NOTE, invoice, rates, {}, made)
    assert both["refunds"] == [made[0], {"refund": "re_2", "amount_refunded": 700}]
    assert not {"refund_amount", "credit_amount", "out_of_band_amount"} & set(both)
    assert (
        create_params(NOTE, invoice, rates, {}, made[:1])["out_of_band_amount"] == 700
    )
