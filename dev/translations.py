"""Check that the French translation is complete and fits the template.

Runs in the virtual environment: `python -m dev.translations`. Whether the template
itself is up to date is known to Odoo alone, and a test in Odoo tells it.
"""

import re
import sys

import polib

from dev.paths import ADDON, CHECKOUT

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdf]|\$\{[^}]*\}|</?\w+")


def check(template: polib.POFile, translation: polib.POFile) -> list[str]:
    """Return what is wrong with `translation`, one sentence each."""
    found: list[str] = []
    have = {entry.msgid: entry for entry in translation if not entry.obsolete}
    for term in template:
        entry = have.pop(term.msgid, None)
        if entry is None or not entry.msgstr.strip():
            found.append(f"not translated: {term.msgid!r}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {term.msgid!r}")
        elif _placeholders(term.msgid) != _placeholders(entry.msgstr):
            found.append(f"other placeholders than {term.msgid!r}: {entry.msgstr!r}")
    found += [f"not in the template: {msgid!r}" for msgid in have]
    return found


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def main() -> int:
    """Check the addon's files; return the exit code."""
    folder = CHECKOUT / "i18n"
    template = folder / f"{ADDON}.pot"
    if not template.is_file():
        print(f"There is no {template.relative_to(CHECKOUT)}.")
        return 1
    found = [
        f"{path.name}: {text}"
        for path in sorted(folder.glob("*.po"))
        for text in check(polib.pofile(str(template)), polib.pofile(str(path)))
    ]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
