"""Texts on paper: HTML, emoji, control characters, right to left, too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ...payloads.template import fill, placeholders, statement_descriptor
from ...payloads.text import ELLIPSIS, MORE, clean, cut, one_line, pieces, plain

FAMILY = "👩‍👩‍👧"
FLAG = "🇫🇷"
THUMB = "👍🏽"
E_ACUTE = "e\u0301"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Pay <b>soon</b>, please</p>", "Pay soon, please"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<table><tr><td>A</td><td>B</td></tr></table>", "A B"),
        ("<p>A line\n that wraps</p>", "A line that wraps"),
        ("Fish &amp; chips &lt;3&nbsp;!", "Fish & chips <3 !"),
        ('<a href="https://a.example/t">Terms</a>', "Terms (https://a.example/t)"),
        ('<a href="https://a.example">https://a.example</a>', "https://a.example"),
        ("<p>Seen</p><script>alert(1)</script><style>p{}</style>", "Seen"),
        ("<p><br></p>", ""),
        ("<p>Never <b>closed", "Never closed"),
        ("No HTML at all", "No HTML at all"),
        ("", ""),
    ],
)
def test_html_becomes_plain_text(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x07c", "abc"),
        ("tab\tand  spaces ", "tab and spaces"),
        ("a\r\nb", "a\nb"),
        ("a\n\n\n\nb\n", "a\n\nb"),
        ("half \ud83d of a pair", "half of a pair"),
        # Emoji and right-to-left letters are letters like others.
        (f"Merci {FAMILY} {FLAG}", f"Merci {FAMILY} {FLAG}"),
        ("شكرا لك", "شكرا لك"),
        # A switch of direction would turn the rest of the page around.
        ("INV \u202e0001\u202c", "INV 0001"),
        ("\u2067שלום\u2069", "שלום"),
        # One character is written one way.
        (E_ACUTE, "é"),
    ],
)
def test_what_no_printer_shows_goes(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_on_one_line_there_are_no_breaks() -> None:
    assert one_line("12 rue X\n75002  Paris\n") == "12 rue X 75002 Paris"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one, two", 6, "one…"),
        ("one\ntwo three", 9, "one\ntwo…"),
        # No space near the end: better half a word than half of the text.
        ("a wonderfullylongword", 12, "a wonderful…"),
        ("漢字仮名交じり文", 5, "漢字仮名…"),
        # No character is cut in half.
        (f"thanks{FAMILY}!", 9, "thanks…"),
        (f"thanks{FLAG}!", 8, "thanks…"),
        (f"thanks{THUMB}!", 8, "thanks…"),
        ("thanksx\u0323yz", 8, "thanks…"),
    ],
)
def test_what_is_too_long_is_cut_after_a_word(
    text: str, limit: int, short: str
) -> None:
    assert cut(text, limit) == short


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_is_never_too_long_and_says_so(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith(ELLIPSIS)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()


def test_a_line_without_anything_to_say_is_left_out() -> None:
    template = "Order {order}, delivered {date}\nYour reference: {ref}\nThank you!"
    assert placeholders(template) == {"order", "date", "ref"}
    values = {"order": "S00042", "date": "", "ref": ""}
    assert fill(template, values) == "Order S00042, delivered \nThank you!"


def test_braces_in_a_value_are_no_placeholders() -> None:
    assert fill("{a}", {"a": "{b}", "b": "x"}) == "{b}"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("ACME {number}", "ACME INV/2026/00042"),
        ("Crêperie Noël", "Creperie Noel"),
        ("A*C'M\"E <Co>", "ACME Co"),
        ("A very long name of a company", "A very long name of a"),
        # Stripe wants a letter, and five characters.
        ("12345 67", ""),
        ("ACME", ""),
        ("日本の会社", ""),
        ("", ""),
    ],
)
def test_card_statements_have_latin_letters_only(template: str, text: str) -> None:
    assert statement_descriptor(template, "INV/2026/00042") == text


def test_a_text_that_fits_is_one_piece_with_its_ending() -> None:
    assert pieces("Chair", " (2 × 5)", 13) == ["Chair (2 × 5)"]


def test_a_long_text_goes_on_in_further_pieces() -> None:
    assert pieces("one two three four", " (2)", 13) == [
        "one two … (2)",
        "… three …",
        "… four",
    ]


@given(text=st.text("ab \n\u0301", max_size=200), limit=st.integers(12, 40))
def test_pieces_hold_every_word_and_are_never_too_long(text: str, limit: int) -> None:
    found = pieces(text, " (2)", limit)
    assert all(len(piece) <= limit for piece in found)
    assert found[0].endswith(" (2)")
    whole = "".join(found).replace(" (2)", "", 1).replace(MORE.strip(), "")
    assert "".join(whole.split()) == "".join(text.split())
