"""Which tests the user wants, and what to tell pytest about them."""

from dataclasses import dataclass
from pathlib import Path

from dev.paths import ADDON, CHECKOUT, LINKS

NOT_IN_ODOO = ("pure", "stories")
"""Folders of `tests` whose tests do not run inside Odoo."""


@dataclass(frozen=True)
class Choice:
    """Which tests the user wants: below a path, or all that match a pattern."""

    path: Path | None = None
    test: str = ""
    pattern: str = ""
    share: str = ""
    """Folder of the processes that share the tests in Odoo among them."""

    @classmethod
    def parse(cls, text: str) -> "Choice":
        """Read a path, a pytest id (`path::Class::test`) or else a pattern."""
        path, _, test = text.partition("::")
        if text and (CHECKOUT / path).exists():
            return cls(path=(CHECKOUT / path).resolve(), test=test)
        return cls(pattern=text)

    @property
    def needs_odoo(self) -> bool:
        """Return whether a test that needs Odoo may be meant."""
        return bool(self.in_odoo or self.arguments("tests/stories"))

    @property
    def in_odoo(self) -> list[str]:
        """Return what to tell pytest about the tests that run inside Odoo."""
        elsewhere = [CHECKOUT / "tests" / name for name in NOT_IN_ODOO]
        if self.path and any(
            folder in (self.path, *self.path.parents) for folder in elsewhere
        ):
            return []
        # Odoo knows the addon by the name of the link.
        return self.arguments("tests", seen_as=LINKS / ADDON)

    def arguments(self, folder: str, seen_as: Path = CHECKOUT) -> list[str]:
        """Return what to tell pytest about `folder`; nothing: do not run it at all.

        `seen_as` is the path under which pytest shall see the checkout.
        """
        place = CHECKOUT / folder
        pattern = ["-k", self.pattern] if self.pattern else []
        if not any(place.rglob("test_*.py")):
            return []
        if self.path is None or self.path == place or self.path in place.parents:
            return [str(seen_as / folder), *pattern]
        if place in self.path.parents:
            target = str(seen_as / self.path.relative_to(CHECKOUT))
            return [f"{target}::{self.test}" if self.test else target]
        return []
