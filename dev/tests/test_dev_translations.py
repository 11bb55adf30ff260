"""What the check of translations finds."""

import polib

from dev.translations import check


def catalogue(**terms: str) -> polib.POFile:
    """Return a catalogue of these terms."""
    result = polib.POFile()
    for msgid, msgstr in terms.items():
        result.append(polib.POEntry(msgid=msgid, msgstr=msgstr))
    return result


def test_a_complete_translation_passes() -> None:
    assert check(catalogue(Pay=""), catalogue(Pay="Payer")) == []


def test_gaps_leftovers_and_wrong_placeholders_are_named() -> None:
    template = catalogue(**{"Pay": "", "Void": "", "Sent to %(name)s": ""})
    french = catalogue(
        **{"Pay": "", "Sent to %(name)s": "Envoyé à %(nom)s", "Gone": "Parti"}
    )
    found = " ".join(check(template, french))
    assert "not translated: 'Pay'" in found
    assert "not translated: 'Void'" in found
    assert "other placeholders" in found
    assert "not in the template: 'Gone'" in found


def test_a_fuzzy_term_is_no_translation() -> None:
    french = catalogue(Pay="Payer")
    french[0].flags.append("fuzzy")
    assert check(catalogue(Pay=""), french) == ["fuzzy: 'Pay'"]
