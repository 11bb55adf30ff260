"""From printed lines to Stripe's lines: whatever is merged or moved, the sums stay."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...payloads.document import LineSnapshot, TaxSnapshot
from ...payloads.early_payment import fold_early_payment
from ...payloads.lines import Group, ReadLine, shape_lines
from ...payloads.opposite_taxes import settle, tell_apart
from ...payloads.share import share

VAT = TaxSnapshot("TVA 20 %", "20", 0, 0, "FR", tax_type="vat")
INCLUDED = replace(VAT, label="TVA 20 % incluse", inclusive=True)
WITHHELD = TaxSnapshot("IRPF", "-15", 0, 0, "ES")
FIXED = TaxSnapshot("Éco-participation", "0", 0, 0)


def taxed(amount: int, *taxes: tuple[TaxSnapshot, int]) -> LineSnapshot:
    frozen = (replace(tax, amount=part, taxable_amount=amount) for tax, part in taxes)
    return LineSnapshot(f"Line of {amount}", amount, tuple(frozen))


def total(lines: Sequence[LineSnapshot]) -> int:
    exclusive = (
        tax.amount for line in lines for tax in line.taxes if not tax.inclusive
    )
    return sum(line.amount for line in lines) + sum(exclusive)


def tax_sums(lines: Sequence[LineSnapshot]) -> Counter[tuple[str, ...]]:
    sums: Counter[tuple[str, ...]] = Counter()
    for tax in (tax for line in lines for tax in line.taxes):
        sums[tax.rate] += tax.amount
    return sums


def shaped(
    read: Sequence[ReadLine], limit: int = 250, group: bool = False
) -> tuple[LineSnapshot, ...]:
    return shape_lines(read, limit, group, name)


def name(group: Group) -> str:
    orders = sorted({entry.order for entry in group})
    sections = sorted({entry.section for entry in group})
    return f"{'+'.join(orders)} {'+'.join(sections)} {len(group)}"


# === Taxes that run against their line === #


def test_a_withheld_tax_becomes_a_line_of_its_own() -> None:
    lines = (
        taxed(100_00, (VAT, 20_00), (WITHHELD, -15_00)),
        taxed(-40_00, (VAT, -8_00), (WITHHELD, 6_00)),
    )
    assert tell_apart(lines) == (
        taxed(100_00, (VAT, 20_00)),
        taxed(-40_00, (VAT, -8_00)),
        LineSnapshot("IRPF (-15 %)", -9_00),
    )


def test_a_label_that_names_its_rate_is_enough() -> None:
    line = taxed(100_00, (replace(WITHHELD, label="Retención 15 %"), -15_00))
    assert tell_apart([line])[1].description == "Retención 15 %"


def test_a_fixed_tax_that_lowers_the_invoice_becomes_a_line() -> None:
    line = taxed(100_00, (FIXED, -5_00))
    assert tell_apart([line]) == (
        taxed(100_00),
        LineSnapshot("Éco-participation", -5_00),
    )


def test_a_withheld_tax_that_is_included_leaves_its_line_complete() -> None:
    """100.00 with 15 % withheld and included: 117.65 without, 17.65 withheld."""
    line = taxed(100_00, (replace(WITHHELD, inclusive=True), -17_65))
    net, own = tell_apart([line])
    assert (net.amount, own.amount) == (117_65, -17_65)


def test_a_withheld_tax_of_nothing_is_not_told() -> None:
    assert tell_apart([taxed(0, (WITHHELD, 0))]) == (taxed(0),)


def test_a_unit_of_rounding_moves_to_a_line_that_can_bear_it() -> None:
    lines = (taxed(100_00, (VAT, 20_00)), taxed(2, (VAT, -1)))
    assert tell_apart(lines) == (
        taxed(100_00, (VAT, 19_99)),
        taxed(2, (VAT, 0)),
    )


def test_lines_that_are_right_stay_as_they_are() -> None:
    lines = (
        taxed(100_00, (VAT, 20_00), (FIXED, 50)),
        taxed(-10_00, (VAT, -2_00)),
        taxed(0, (FIXED, 5)),
    )
    assert tell_apart(lines) == lines


SMALL = (-2, -1, 0, 1, 2)


def test_every_small_case_of_settling_is_right_or_impossible() -> None:
    for signs in product((-1, 0, 1), repeat=3):
        for amounts in product(SMALL, repeat=3):
            settled = settle(signs, amounts)
            if settled is None:
                # All lines run one way, and the sum runs the other.
                assert len(set(signs)) == 1
                assert signs[0] * sum(amounts) < 0
                continue
            assert sum(settled) == sum(amounts)
            pairs = list(zip(signs, settled, strict=True))
            assert all(sign * amount >= 0 for sign, amount in pairs), (signs, amounts)
            if all(s * a >= 0 for s, a in zip(signs, amounts, strict=True)):
                assert settled == list(amounts)


# === Early-payment discounts === #


def test_a_mixed_discount_lowers_the_taxes_of_the_printed_lines() -> None:
    """2 % off the base of the taxes: 300.00 at 20 % is taxed with 58.80."""
    lines = [taxed(100_00, (VAT, 20_00)), taxed(200_00, (VAT, 40_00)), taxed(5)]
    early = [taxed(-6_00, (VAT, -1_20)), taxed(6_00)]
    folded, left = fold_early_payment(lines, early)
    assert left == []
    assert [line.amount for line in folded] == [100_00, 200_00, 5]
    assert [line.taxes[0].amount for line in folded[:2]] == [19_60, 39_20]
    assert [line.taxes[0].taxable_amount for line in folded[:2]] == [98_00, 196_00]


def test_a_mixed_discount_on_included_taxes_lowers_the_lines() -> None:
    lines = [taxed(120_00, (INCLUDED, 20_00))]
    early = [taxed(-2_00 - 40, (INCLUDED, -40)), taxed(2_00)]
    folded, left = fold_early_payment(lines, early)
    assert left == []
    assert folded[0].amount == 119_60
    assert total(folded) == total([*lines, *early])


def test_a_mixed_discount_keeps_to_the_steps_of_the_currency() -> None:
    """Amounts of UGX are multiples of 100: found among random invoices."""
    lines = [taxed(10_00, (VAT, 2_00)), taxed(20_00, (VAT, 4_00))]
    early = [taxed(-5_00, (VAT, -1_00)), taxed(5_00)]
    folded, left = fold_early_payment(lines, early, step=100)
    assert left == []
    assert [line.taxes[0].amount for line in folded] == [2_00, 3_00]
    assert all(tax.taxable_amount % 100 == 0 for line in folded for tax in line.taxes)


@pytest.mark.parametrize(
    "early",
    [
        [taxed(-6_00, (FIXED, -1_20)), taxed(6_00)],
        [taxed(-6_00, (VAT, -1_20)), taxed(5_99)],
    ],
)
def test_what_cannot_be_folded_stays_a_line(early: list[LineSnapshot]) -> None:
    lines = [taxed(100_00, (VAT, 20_00))]
    assert fold_early_payment(lines, early) == (lines, early)


# === Too many lines === #

BOOK = replace(VAT, label="TVA 5,5 %", percentage="5.5")


def many(count: int) -> list[ReadLine]:
    """Return lines of two orders with two sections each, taxed in two ways."""
    return [
        ReadLine(
            taxed(100 + at, (VAT if at % 3 else BOOK, at)),
            order=f"S{at % 2}",
            section=f"P{at % 4}",
        )
        for at in range(count)
    ]


def test_250_lines_stay_as_they_are() -> None:
    read = many(250)
    assert shaped(read, group=True) == tuple(entry.line for entry in read)


@pytest.mark.parametrize(
    ("limit", "names"),
    [
        (8, {"S0 P0", "S0 P2", "S1 P1", "S1 P3"}),
        (7, {"S0 P0+P2", "S1 P1+P3"}),
        (3, {"S0+S1 P0+P1+P2+P3"}),
    ],
)
def test_beyond_the_limit_the_finest_groups_that_fit_are_made(
    limit: int, names: set[str]
) -> None:
    lines = shaped(many(300), limit, group=True)
    assert len(lines) == 2 * len(names) <= limit
    assert {line.description.rpartition(" ")[0] for line in lines} == names
    before = [entry.line for entry in many(300)]
    assert total(lines) == total(before)
    assert tax_sums(lines) == tax_sums(before)


def test_without_leave_nothing_is_grouped() -> None:
    assert len(shaped(many(300))) == 300


def test_text_that_only_continues_goes_first() -> None:
    long = many(3)
    long.insert(1, ReadLine(LineSnapshot("… and so on", 0), continues=True))
    assert len(shaped(long)) == 4
    assert [line.amount for line in shaped(long, limit=3)] == [100, 101, 102]


def test_lines_that_odoo_prints_as_one_are_one_for_each_taxation() -> None:
    section = (7, "Kitchen")
    read = [
        ReadLine(taxed(10, (VAT, 2)), together=section),
        ReadLine(taxed(5, (BOOK, 1)), together=section),
        ReadLine(taxed(20, (VAT, 4)), together=section),
        ReadLine(taxed(30, (VAT, 6)), together=(8, "Kitchen")),
    ]
    lines = shaped(read)
    assert [line.description for line in lines] == ["Kitchen"] * 3
    assert [line.amount for line in lines] == [30, 5, 30]


# === Whatever comes === #

amounts = st.integers(-500, 500)
taxes = st.builds(
    lambda tax, amount, base: replace(tax, amount=amount, taxable_amount=base),
    st.sampled_from([VAT, INCLUDED, WITHHELD, FIXED]),
    amounts,
    amounts,
)
entries = st.builds(
    ReadLine,
    st.builds(
        LineSnapshot,
        description=st.just("Item"),
        amount=amounts,
        taxes=st.lists(taxes, max_size=3, unique_by=lambda tax: tax.rate).map(tuple),
    ),
    order=st.sampled_from(["", "S1", "S2"]),
    section=st.sampled_from(["", "P1"]),
    together=st.sampled_from([None, None, (1, "Kitchen")]),
)


@settings(max_examples=300)
@given(read=st.lists(entries, min_size=1, max_size=12), limit=st.integers(1, 12))
def test_no_shape_changes_the_total_or_a_tax(read: list[ReadLine], limit: int) -> None:
    before = [entry.line for entry in read]
    for group in (False, True):
        lines = shaped(read, limit, group)
        assert total(lines) == total(before)
        after = tax_sums(lines)
        for rate, amount in tax_sums(before).items():
            # A tax is what it was, or it has become a line of its own.
            assert after.get(rate, amount) == amount
        for line in lines:
            for tax in line.taxes:
                assert line.amount * tax.amount >= 0
                assert not tax.percentage.startswith("-")


@given(
    amount=st.integers(-1000, 1000),
    weights=st.lists(st.integers(0, 50), min_size=1, max_size=8),
)
def test_shares_add_up_and_are_off_by_less_than_one(
    amount: int, weights: list[int]
) -> None:
    parts = share(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            assert abs(part * whole - amount * weight) < whole


@given(
    steps=st.integers(-1000, 1000),
    weights=st.lists(st.integers(0, 50), min_size=1, max_size=8),
)
def test_shares_of_steps_are_steps(steps: int, weights: list[int]) -> None:
    parts = share(100 * steps, weights, step=100)
    assert parts == [100 * part for part in share(steps, weights)]
