"""Tax numbers as Odoo holds them, and as Stripe wants them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe.params import CustomerCreateTaxIdParams

from ...payloads.tax_id import EU_PREFIXES, tax_ids

STRIPES_TYPES = set(re.findall(r"\w+", str(CustomerCreateTaxIdParams.__annotations__)))

# The numbers on the left are written in the ways that Odoo's own check accepts.
WRITTEN = [
    # Europe: the prefix tells, and is added where it is missing.
    ("FR23334175221", "FR", "eu_vat", "FR23334175221"),
    ("fr 23 334 175 221", "FR", "eu_vat", "FR23334175221"),
    ("23334175221", "FR", "eu_vat", "FR23334175221"),
    ("FR23334175221", "", "eu_vat", "FR23334175221"),
    ("BE 0477.472.701", "BE", "eu_vat", "BE0477472701"),
    ("ATU12345675", "AT", "eu_vat", "ATU12345675"),
    ("U12345675", "AT", "eu_vat", "ATU12345675"),
    ("NL123456782B90", "NL", "eu_vat", "NL123456782B90"),
    ("A12345674", "ES", "eu_vat", "ESA12345674"),
    # Greece has a prefix that is not its country's code.
    ("EL123456783", "GR", "eu_vat", "EL123456783"),
    ("GR123456783", "GR", "eu_vat", "EL123456783"),
    ("123456783", "GR", "eu_vat", "EL123456783"),
    # A registration abroad goes by its prefix, and so does Monaco.
    ("DE123456788", "FR", "eu_vat", "DE123456788"),
    ("DE123456788", "CH", "eu_vat", "DE123456788"),
    ("FR53000004605", "MC", "eu_vat", "FR53000004605"),
    # Northern Ireland, as a country of its own and as a part of another.
    ("XI123456782", "XI", "eu_vat", "XI123456782"),
    ("XI123456782", "GB", "eu_vat", "XI123456782"),
    ("123456782", "XI", "eu_vat", "XI123456782"),
    ("GB123456782", "GB", "gb_vat", "GB123456782"),
    ("123 4567 82", "GB", "gb_vat", "GB123456782"),
    # Elsewhere: with the words or without the prefix, as Stripe prints them.
    ("CHE-123.456.788 TVA", "CH", "ch_vat", "CHE-123.456.788 TVA"),
    ("CHE-123.456.788  MWST ", "CH", "ch_vat", "CHE-123.456.788 MWST"),
    ("12-3456789", "US", "us_ein", "12-3456789"),
    ("NO123456785", "NO", "no_vat", "123456785MVA"),
    ("123 456 785 MVA", "NO", "no_vat", "123456785MVA"),
    ("83 914 571 673", "AU", "au_abn", "83914571673"),
    ("IS062199", "IS", "is_vat", "062199"),
    ("49-098-576", "NZ", "nz_gst", "49098576"),
    ("T7000012050002", "JP", "jp_trn", "T7000012050002"),
    ("7000012050002", "JP", "jp_cn", "7000012050002"),
    ("12AAAAA1234AAZA", "IN", "in_gst", "12AAAAA1234AAZA"),
    ("123456789 RT 0002", "CA", "ca_gst_hst", "123456789RT0002"),
    ("CHE123456789", "LI", "li_uid", "CHE123456789"),
    ("m12345678x", "SG", "sg_gst", "M12345678X"),
    ("4123456789", "ZA", "za_vat", "4123456789"),
    ("GODE561231GR8", "MX", "mx_rfc", "GODE561231GR8"),
    # The first letters of a Mexican number say nothing about Spain or France.
    ("ESO120211AB8", "MX", "mx_rfc", "ESO120211AB8"),
    ("FRGO561231GR8", "MX", "mx_rfc", "FRGO561231GR8"),
]
NONE_AT_ALL = [
    ("", "FR"),
    ("/", "FR"),
    (" / ", "US"),
    ("n/a", "FR"),
    ("none", "CH"),
    ("exempt", "NO"),
    ("12345678", ""),
    ("123-456-789-123", "PH"),
    ("12345678", "AQ"),
]


@pytest.mark.parametrize(("vat", "country", "kind", "value"), WRITTEN)
def test_a_number_gets_stripes_type_and_form(
    vat: str, country: str, kind: str, value: str
) -> None:
    assert tax_ids(vat, country) == ((kind, value),)
    assert kind in STRIPES_TYPES


@pytest.mark.parametrize(("vat", "country"), NONE_AT_ALL)
def test_no_number_or_no_type_for_it(vat: str, country: str) -> None:
    assert tax_ids(vat, country) == ()


def test_a_wrong_number_is_for_stripe_to_refuse() -> None:
    assert tax_ids("FR1", "FR") == (("eu_vat", "FR1"),)


@pytest.mark.parametrize("country", sorted(EU_PREFIXES))
def test_every_european_number_carries_its_prefix_once(country: str) -> None:
    prefix = EU_PREFIXES[country]
    with_prefix = tax_ids(prefix + "123456789", country)
    without = tax_ids("123456789", country)
    assert with_prefix == without == (("eu_vat", prefix + "123456789"),)


@given(vat=st.text(max_size=20), country=st.sampled_from(["", "FR", "GB", "US", "NO"]))
def test_any_text_is_at_most_one_number_of_a_known_type(vat: str, country: str) -> None:
    found = tax_ids(vat, country)
    assert len(found) <= 1
    assert {kind for kind, _ in found} <= STRIPES_TYPES
    assert all(value.strip() == value != "" for _, value in found)
