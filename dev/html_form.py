"""Read a form of an HTML page, filled in as the page came."""

from html.parser import HTMLParser


def read_form(page: str, form_id: str) -> tuple[str, dict[str, str]]:
    """Return the address and the fields that the form's first button would send.

    Raise LookupError when the page has no such form.
    """
    reader = _Reader(form_id)
    reader.feed(page)
    if reader.action is None:
        raise LookupError(f"The page has no form {form_id}.")
    return reader.action, reader.fields


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._inside = False
        self._pressed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == self.form_id:
            self.action, self._inside = given.get("action", ""), True
        elif self._inside and tag == "input" and given.get("name"):
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.fields[given["name"]] = given.get("value", "")
        elif self._inside and tag == "button" and not self._pressed:
            self._pressed = True
            if given.get("name"):
                self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
