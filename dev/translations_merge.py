"""Take a fresh template over into `i18n/`: new terms come, lost ones go.

Runs in the virtual environment: `python -m dev.translations_merge <fresh.pot>`.
"""

import sys
from pathlib import Path

import polib

from dev.paths import ADDON, CHECKOUT

FOLDER = CHECKOUT / "i18n"
DATES = ("POT-Creation-Date", "PO-Revision-Date")


def main() -> int:
    """Write the template and every translation anew; return the exit code."""
    fresh = polib.pofile(sys.argv[1], wrapwidth=78)
    template = FOLDER / f"{ADDON}.pot"
    if template.is_file():
        # The dates alone are no reason for a change.
        known = polib.pofile(str(template)).metadata
        fresh.metadata.update({name: known[name] for name in DATES})
    fresh.save(str(template))
    for path in sorted(FOLDER.glob("*.po")):
        merge(fresh, path)
    return 0


def merge(template: polib.POFile, path: Path) -> None:
    """Give the translation at `path` the template's terms; what it knows stays.

    A term that has changed is left empty: nobody has seen its translation.
    """
    old = polib.pofile(str(path))
    known = {entry.msgid: entry.msgstr for entry in old if not entry.obsolete}
    merged = polib.POFile(wrapwidth=78)
    merged.header, merged.metadata = old.header, old.metadata
    for term in template:
        merged.append(
            polib.POEntry(
                msgid=term.msgid,
                msgstr=known.get(term.msgid, ""),
                occurrences=term.occurrences,
                comment=term.comment,
                flags=term.flags,
            )
        )
    merged.save(str(path))


if __name__ == "__main__":
    sys.exit(main())
