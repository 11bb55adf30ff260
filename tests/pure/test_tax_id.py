"""Tax numbers as Odoo holds them, and as Stripe wants them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe.params import CustomerCreateTaxIdParams

from ...payloads.tax_id import EU_PREFIXES, tax_ids

STRIPES_TYPES = set(
    re.findall(r"\b[a-z]{2}_\w+", str(CustomerCreateTaxIdParams.__annotations__))
)

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
    ("IT12345670017", "IT", "eu_vat", "IT12345670017"),
    # Greece has a prefix that is not its country's code.
    ("EL123456783", "GR", "eu_vat", "EL123456783"),
    ("GR123456783", "GR", "eu_vat", "EL123456783"),
    ("123456783", "GR", "eu_vat", "EL123456783"),
    # A registration abroad goes by its prefix, and so does Monaco.
    ("DE123456788", "FR", "eu_vat", "DE123456788"),
    ("DE123456788", "CH", "eu_vat", "DE123456788"),
    ("FR53000004605", "MC", "eu_vat", "FR53000004605"),
    # Sellers from elsewhere who are registered once for all of Europe.
    ("EU372000041", "US", "eu_oss_vat", "EU372000041"),
    # Northern Ireland, as a country of its own and as a part of another.
    ("XI123456782", "XI", "eu_vat", "XI123456782"),
    ("XI123456782", "GB", "eu_vat", "XI123456782"),
    ("123456782", "XI", "eu_vat", "XI123456782"),
    ("GB123456782", "GB", "gb_vat", "GB123456782"),
    ("123 4567 82", "GB", "gb_vat", "GB123456782"),
    # Domestic numbers that are no VAT numbers.
    ("DE123456788", "DE", "eu_vat", "DE123456788"),
    ("123456788", "DE", "eu_vat", "DE123456788"),
    ("12/345/67890", "DE", "de_stn", "1234567890"),
    ("HU12345676", "HU", "eu_vat", "HU12345676"),
    ("12345678-1-11", "HU", "hu_tin", "12345678-1-11"),
    ("RO1234567897", "RO", "eu_vat", "RO1234567897"),
    ("8001011234567", "RO", "ro_tin", "8001011234567"),
    # Elsewhere: with the words or without the prefix, as Stripe prints them.
    ("ALJ91402501L", "AL", "al_tin", "J91402501L"),
    ("100123456700003", "AE", "ae_trn", "100123456700003"),
    ("20055361682", "AR", "ar_cuit", "20-05536168-2"),
    ("83 914 571 673", "AU", "au_abn", "83914571673"),
    ("51494282000104", "BR", "br_cnpj", "51.494.282/0001-04"),
    ("51.494.282/0001-04", "BR", "br_cnpj", "51.494.282/0001-04"),
    ("12ABC34501DE35", "BR", "br_cnpj", "12.ABC.345/01DE-35"),
    ("12345678987", "BR", "br_cpf", "123.456.789-87"),
    ("123456789 RT 0002", "CA", "ca_gst_hst", "123456789RT0002"),
    ("123456789", "CA", "ca_bn", "123456789"),
    ("1234567890 TQ 0001", "CA", "ca_qst", "1234567890TQ0001"),
    ("CHE-123.456.788 TVA", "CH", "ch_vat", "CHE-123.456.788 TVA"),
    ("CHE-123.456.788  MWST ", "CH", "ch_vat", "CHE-123.456.788 MWST"),
    ("CHE123456788", "CH", "ch_uid", "CHE-123.456.788"),
    ("76086428-5", "CL", "cl_tin", "76.086.428-5"),
    ("213123432-1", "CO", "co_nit", "213.123.432-1"),
    ("12AAAAA1234AAZA", "IN", "in_gst", "12AAAAA1234AAZA"),
    ("IS062199", "IS", "is_vat", "062199"),
    ("T7000012050002", "JP", "jp_trn", "T7000012050002"),
    ("7000012050002", "JP", "jp_cn", "7000012050002"),
    ("1234567890", "KR", "kr_brn", "123-45-67890"),
    ("CHE123456789", "LI", "li_uid", "CHE123456789"),
    ("12345", "LI", "li_vat", "12345"),
    ("4030006180134", "MK", "mk_vat", "MK4030006180134"),
    ("NO123456785", "NO", "no_vat", "123456785MVA"),
    ("123 456 785 MVA", "NO", "no_vat", "123456785MVA"),
    ("49-098-576", "NZ", "nz_gst", "49098576"),
    ("123-456-789-123", "PH", "ph_tin", "123456789123"),
    ("RS101134702", "RS", "rs_pib", "101134702"),
    ("310175397400003", "SA", "sa_vat", "310175397400003"),
    ("m12345678x", "SG", "sg_gst", "M12345678X"),
    ("201912345D", "SG", "sg_uen", "201912345D"),
    ("12-3456789", "US", "us_ein", "12-3456789"),
    ("123456789", "US", "us_ein", "12-3456789"),
    ("V-12.345.678-1", "VE", "ve_rif", "V-12345678-1"),
    ("V123456781", "VE", "ve_rif", "V-12345678-1"),
    ("4123456789", "ZA", "za_vat", "4123456789"),
    ("GODE561231GR8", "MX", "mx_rfc", "GODE561231GR8"),
    # The first letters of these numbers say nothing about a country of Europe.
    ("DE.ABC.345/01DE-35", "BR", "br_cnpj", "DE.ABC.345/01DE-35"),
    ("ESO120211AB8", "MX", "mx_rfc", "ESO120211AB8"),
    ("FRGO561231GR8", "MX", "mx_rfc", "FRGO561231GR8"),
    ("PT 1234567890", "MY", "my_itn", "PT1234567890"),
]
NONE_AT_ALL = [
    ("", "FR"),
    ("/", "FR"),
    (" / ", "US"),
    ("n/a", "FR"),
    ("none", "CH"),
    ("exempt", "NO"),
    ("12345678", ""),
    ("12345678", "AQ"),
    # The number of a private person, for which Stripe has no type.
    ("8071592153", "HU"),
]
REGISTERED = [
    ("", "123 568 941 00056", "FR", (("fr_siret", "12356894100056"),)),
    ("", "123568941", "FR", (("fr_siren", "123568941"),)),
    (
        "FR23334175221",
        "33417522100018",
        "FR",
        (("eu_vat", "FR23334175221"), ("fr_siret", "33417522100018")),
    ),
    ("", "RCS Paris B 334", "FR", ()),
    ("83914571673", "004 085 616", "AU", "au_abn au_acn"),
    ("49098576", "9429041561331", "NZ", "nz_gst nz_bn"),
    ("T7000012050002", "7000012050002", "JP", "jp_trn jp_cn"),
    ("BG123456789", "123456789", "BG", "eu_vat bg_uic"),
    ("MD1234567", "1003600015231", "MD", "md_vat md_cf"),
    # One number of a kind: the tax id comes first.
    ("7000012050002", "1234567890123", "JP", (("jp_cn", "7000012050002"),)),
    ("DE123456788", "HRB 12345", "DE", (("eu_vat", "DE123456788"),)),
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


@pytest.mark.parametrize("vat", ["ESA12345674", "A12345674", "a-12345674"])
def test_spain_prints_its_own_number_too(vat: str) -> None:
    pairs = (("eu_vat", "ESA12345674"), ("es_cif", "A12345674"))
    assert tax_ids(vat, "ES") == pairs
    assert tax_ids(vat, "ES", state="M") == pairs


def test_the_canary_islands_have_no_european_number() -> None:
    for state in ("GC", "TF"):
        assert tax_ids("ESA12345674", "ES", state) == (("ic_nif", "A12345674"),)


@pytest.mark.parametrize(("vat", "registry", "country", "expected"), REGISTERED)
def test_the_number_of_the_register_goes_along(
    vat: str, registry: str, country: str, expected: str | tuple[tuple[str, str], ...]
) -> None:
    found = tax_ids(vat, country, registry=registry)
    if isinstance(expected, str):
        assert [kind for kind, _value in found] == expected.split()
    else:
        assert found == expected
    assert {kind for kind, _value in found} <= STRIPES_TYPES


def test_further_numbers_go_along() -> None:
    found = tax_ids("IT12345670017", "IT", others={"it_cf": " RSSMRA80A01H501U "})
    assert found == (("eu_vat", "IT12345670017"), ("it_cf", "RSSMRA80A01H501U"))
    assert tax_ids("", "IT", others={"it_cf": ""}) == ()


def test_a_wrong_number_is_for_stripe_to_refuse() -> None:
    assert tax_ids("FR1", "FR") == (("eu_vat", "FR1"),)
    assert tax_ids("1", "US") == (("us_ein", "1"),)


@pytest.mark.parametrize("country", sorted(EU_PREFIXES))
def test_every_european_number_carries_its_prefix_once(country: str) -> None:
    prefix = EU_PREFIXES[country]
    number = "12345678"
    with_prefix = tax_ids(prefix + number, country)
    without = tax_ids(number, country)
    assert with_prefix[0] == without[0] == ("eu_vat", prefix + number)


COUNTRIES = sorted({kind[:2].upper() for kind in STRIPES_TYPES} - {"EU", "IC"})


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_that_stripe_has_types_for_gets_one(country: str) -> None:
    found = tax_ids("123456789", country)
    assert found, country
    assert {kind for kind, _value in found} <= STRIPES_TYPES


@given(
    vat=st.text(max_size=20),
    registry=st.text(alphabet="0123456789ABC -/", max_size=16),
    country=st.sampled_from(["", "XX", *COUNTRIES, *EU_PREFIXES]),
    state=st.sampled_from(["", "GC"]),
)
def test_any_text_is_at_most_one_number_of_each_known_type(
    vat: str, registry: str, country: str, state: str
) -> None:
    found = tax_ids(vat, country, state, registry)
    kinds = [kind for kind, _value in found]
    assert len(set(kinds)) == len(kinds) <= 3
    assert set(kinds) <= STRIPES_TYPES
    assert all(value.strip() == value != "" for _, value in found)
