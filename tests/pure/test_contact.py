"""Phone numbers, states and languages as they go to Stripe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ...const import MAX_PHONE
from ...payloads.contact import locale, phone, state

PHONES = [
    ("", ""),
    ("+33 1 23 45 67 89", "+33123456789"),
    ("0033 1 23 45 67 89", "+33123456789"),
    ("+33 (0)1 23 45 67 89", "+33123456789"),
    ("+1 (555) 123-4567 ext. 89", "+15551234567"),
    ("+1 555 123 4567 x89", "+15551234567"),
    ("+49 30 1234567, +49 171 7654321", "+49301234567"),
    ("+49 30 1234567; office", "+49301234567"),
    # Without a country nobody knows which one it is.
    ("01 23 45 67 89", "01 23 45 67 89"),
    ("040/123456", "040/123456"),
    ("  01   23 ", "01 23"),
    # Too long as it is written, but not without its signs.
    ("(01) - 23 - 45 - 67 - 89", "0123456789"),
    ("1234567890 1234567890 1234567890", ""),
    ("call me", ""),
]
STATES = [
    (("CA", "California", "US"), "CA"),
    (("NSW", "New South Wales", "AU"), "NSW"),
    (("MI", "Milano", "IT"), "MI"),
    (("DE-BW", "Baden-Württemberg", "DE"), "BW"),
    (("ZH-FR", "Zurich", "CH"), "ZH"),
    (("IQ-AN-AR", "الأنبار", "IQ"), "AN"),
    (("JP-23", "愛知県", "JP"), "愛知県"),
    (("01", "Aveiro", "PT"), "Aveiro"),
    (("IS/ICT", "Islamabad", "PK"), "Islamabad"),
    (("", "", "FR"), ""),
]
LOCALES = [("fr_FR", "fr-FR"), ("sr@latin", "sr"), ("es_419", "es-419"), ("", "")]


@pytest.mark.parametrize(("written", "sent"), PHONES)
def test_a_phone_number_is_international_where_it_says_so(
    written: str, sent: str
) -> None:
    assert phone(written) == sent


@given(st.text(max_size=60))
def test_any_phone_number_fits(text: str) -> None:
    assert len(phone(text)) <= MAX_PHONE


@pytest.mark.parametrize(("known", "sent"), STATES)
def test_a_state_is_a_code_that_a_reader_knows(
    known: tuple[str, str, str], sent: str
) -> None:
    assert state(*known) == sent


@pytest.mark.parametrize(("language", "sent"), LOCALES)
def test_a_language_is_a_tag(language: str, sent: str) -> None:
    assert locale(language) == sent
