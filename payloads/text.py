"""Texts as a printed document takes them: plain, clean, and no longer than allowed."""

import itertools
import re
import unicodedata
from html.parser import HTMLParser

ELLIPSIS = "…"
MORE = " …"

# What begins on a line of its own, and so does what follows it.
_BLOCKS = frozenset(
    "address article blockquote dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main ol p pre section table tr ul".split()
)
_SILENT = frozenset({"head", "script", "style", "template", "title"})
# Invisible switches of the writing direction: cut in half, they would turn the rest of
# the page around, and right-to-left letters need none of them. And the byte-order mark.
_INVISIBLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
# Two of these are one flag.
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def plain(html: str) -> str:
    """Return the text of a piece of HTML: one line per block, links with address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return clean(reader.text())


def clean(text: str) -> str:
    """Return ``text`` without what no printer shows, and without needless space.

    Control characters, halves of characters and switches of the writing direction go;
    emoji and right-to-left letters stay. Lines stay lines, at most one empty in a row.
    """
    kept = "".join(_kept(character) for character in unicodedata.normalize("NFC", text))
    lines = [" ".join(line.split(" ")).strip() for line in kept.split("\n")]
    lines = [re.sub(r" {2,}", " ", line) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def one_line(text: str) -> str:
    """Return ``text``, cleaned, on a single line."""
    return " ".join(clean(text).split())


def cut(text: str, limit: int) -> str:
    """Return ``text`` in at most ``limit`` characters, cut after a whole word if it is.

    An ellipsis tells that something is missing. A single word that is too long, or a
    language without spaces, is cut where it must be, never inside of a character that
    is made of several.
    """
    if len(text) <= limit:
        return text
    end = _end(text, limit - len(ELLIPSIS))
    return text[:end].rstrip(" \n.,;:") + ELLIPSIS


def pieces(text: str, ending: str, limit: int) -> list[str]:
    """Return ``text`` in pieces of at most ``limit`` characters, cut as in :func:`cut`.

    An ellipsis tells where a piece goes on, and where it went on from.

    :param ending: belongs behind the text, but into the first piece in any case
    """
    if len(text + ending) <= limit:
        return [text + ending]
    end = _end(text, limit - len(ending) - len(MORE))
    found = [text[:end].rstrip() + MORE + ending]
    rest = text[end:].lstrip()
    while rest:
        end = _end(rest, limit - 2 * len(MORE))
        more = MORE if end < len(rest) else ""
        found.append(MORE.lstrip() + " " + rest[:end].rstrip() + more)
        rest = rest[end:].lstrip()
    return found


def _end(text: str, limit: int) -> int:
    """Return where to cut, so that no more than ``limit`` characters come before."""
    if len(text) <= limit:
        return len(text)
    end = limit
    space = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if space > end // 2:
        return space
    while end > 0 and _belongs_to_the_left(text, end):
        end -= 1
    return end


def _kept(character: str) -> str:
    if character == "\n":
        return character
    if character in _INVISIBLE or unicodedata.category(character) == "Cs":
        return ""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) == "Cc" else character


def _belongs_to_the_left(text: str, position: int) -> bool:
    character = text[position]
    if ord(character) in _FLAG_LETTERS:
        before = text[:position]
        letters = itertools.takewhile(lambda c: ord(c) in _FLAG_LETTERS, before[::-1])
        return len(list(letters)) % 2 == 1
    return (
        unicodedata.category(character).startswith("M")
        or ord(character) in _SKIN_TONES
        or _JOINER in (character, text[position - 1])
    )


class _Reader(HTMLParser):
    """Collects the text of HTML, tidy or not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0
        self._links: list[tuple[str, int]] = []

    def text(self) -> str:
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in _BLOCKS:
            self._break()
            if tag == "li":
                self._pieces.append("- ")
        elif tag in ("td", "th"):
            self._pieces.append(" ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._pieces)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self._break()
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            shown = "".join(self._pieces[start:])
            if address.startswith(("http:", "https:")) and address not in shown:
                self._pieces.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        # In HTML, a line break is only a space.
        words = re.sub(r"\s+", " ", data)
        at_start = not self._pieces or self._pieces[-1].endswith("\n")
        self._pieces.append(words.lstrip() if at_start else words)

    def _break(self) -> None:
        if self._pieces and not "".join(self._pieces[-2:]).endswith("\n"):
            self._pieces.append("\n")
