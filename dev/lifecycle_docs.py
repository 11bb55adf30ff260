"""`make docs`: draws `docs/lifecycle.md` from the table that the addon itself reads."""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from dev import pages
from dev.lifecycle_texts import (
    ACTS,
    CALLS,
    CONSEQUENCES,
    LATER,
    LEADS_TO,
    NEWS,
    PREFACE,
    STATES,
    UNKNOWN,
    WISHES,
)
from dev.paths import CHECKOUT
from dev.stand_in import addon_module

if TYPE_CHECKING:
    import lifecycle
else:
    lifecycle = addon_module("lifecycle")

PAGE = CHECKOUT / "docs" / "lifecycle.md"

Rows = Iterable[Iterable[str]]


def page() -> str:
    """Return the whole page."""
    parts = [
        PREFACE,
        "## The words",
        _table(("State", "What it means"), _words(lifecycle.Status, STATES)),
        _table(("Wish in Odoo", "Where it comes from"), _words_of_wishes()),
        "## From Odoo to Stripe",
        ACTS,
        _table(("At Stripe", *map(_wish, lifecycle.Target)), _plan_rows()),
        "Each request, and what it does:",
        _table(("Request", "What it does"), _words(lifecycle.Call, CALLS)),
        "Why something is refused, in the words that Odoo shows:",
        _table(("", "Sentence"), _sentences()),
        "### What else counts",
        "Some things in the books change the next request. Each of them alone:",
        _table(("What is so", "What it changes"), _facts()),
        "## From Stripe to Odoo",
        NEWS,
        _table(("Odoo knew", *map(_state, lifecycle.Status)), _observe_rows()),
        _table(
            ("Answer", "What it means"),
            _words(lifecycle.Consequence, CONSEQUENCES),
        ),
        "## The drawing",
        "Every request that the table ever makes, and where it leads:",
        f"```mermaid\n{diagram()}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Iterable[str], rows: Rows) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _words(members: Iterable[Any], texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    for member in members:
        yield f"**{_word(member)}**", texts[member.name]


def _words_of_wishes() -> Iterator[tuple[str, str]]:
    for target in lifecycle.Target:
        yield _wish(target), WISHES[target.name]


def _word(member: Any) -> str:
    return str(member.value).replace("_", " ") or UNKNOWN


def _state(status: "lifecycle.Status") -> str:
    return f"**{_word(status)}**"


def _wish(target: "lifecycle.Target") -> str:
    return f"*{target.value or 'nothing'}*"


# === From Odoo to Stripe === #


def _plan_rows() -> Iterator[list[str]]:
    for status in lifecycle.Status:
        row = [_step(lifecycle.PLAN[status][target]) for target in lifecycle.Target]
        yield [_state(status), *row]


def _step(step: "lifecycle.Step") -> str:
    if isinstance(step, lifecycle.Call):
        return _word(step)
    if isinstance(step, lifecycle.Refusal):
        return f"✗ {_number(step.reason)}"
    return LATER if isinstance(step, lifecycle.Later) else "–"


def _number(reason: "lifecycle.Reason") -> int:
    return list(lifecycle.Reason).index(reason) + 1


def _sentences() -> Iterator[tuple[str, str]]:
    reasons: dict[str, Any] = addon_module("exceptions").REASONS
    for reason in lifecycle.Reason:
        yield f"✗ {_number(reason)}", reasons[reason](_Untranslated())


class _Untranslated:
    """As much of Odoo's environment as the sentences need."""

    def _(self, text: str) -> str:
        return text


def _facts() -> Iterator[tuple[str, str]]:
    """Yield each fact in its own words, with what it does to the table alone."""
    meanings = dict(
        re.findall(r"``(\w+)``: (.*?)\.(?=\s)", lifecycle.Facts.__doc__ or "", re.S)
    )
    for name in lifecycle.Facts._fields:
        meaning = " ".join(meanings[name].split())
        yield meaning[0].upper() + meaning[1:], "; ".join(_changes(name))


def _changes(fact: str) -> list[str]:
    facts = lifecycle.Facts(**{fact: True})
    changes: dict[tuple[str, str], list[str]] = {}
    for status, target in product(lifecycle.Status, lifecycle.Target):
        before = _step(lifecycle.PLAN[status][target])
        after = _step(lifecycle.plan(status, target, facts))
        states = changes.setdefault((before, after), [])
        if before != after and _state(status) not in states:
            states.append(_state(status))
    return [
        f"{', '.join(states)}: {before} → {after}"
        for (before, after), states in changes.items()
        if states
    ]


# === From Stripe to Odoo === #


def _observe_rows() -> Iterator[list[str]]:
    for status in lifecycle.Status:
        cells = [_consequence(status, observed) for observed in lifecycle.Status]
        yield [_state(status), *cells]


def _consequence(status: "lifecycle.Status", observed: "lifecycle.Status") -> str:
    """Return what follows, and from which wishes something else does."""
    wishes: dict[str, list[str]] = {}
    for target in lifecycle.Target:
        found = lifecycle.observe(status, observed, target).consequence
        word = "–" if found is lifecycle.Consequence.NONE else _word(found)
        wishes.setdefault(word, []).append(_wish(target))
    usual = max(wishes, key=lambda word: len(wishes[word]))
    others = (
        f"; {word} if {' or '.join(wanted)} was wished"
        for word, wanted in wishes.items()
        if word != usual
    )
    return usual + "".join(others)


# === The drawing === #


def diagram() -> str:
    """Return the states and the requests between them as a Mermaid diagram."""
    edges: dict[tuple[str, str], list[str]] = {}
    for status, call in _planned():
        for end, label in LEADS_TO[call.name]:
            begin = status.name.lower() if status.value else "[*]"
            edges.setdefault((begin, end or begin), []).append(label or _word(call))
    lines = [
        f"    {begin} --> {end}: {', '.join(labels)}"
        for (begin, end), labels in edges.items()
    ]
    return "\n".join(["stateDiagram-v2", *lines])


def _planned() -> list[tuple["lifecycle.Status", "lifecycle.Call"]]:
    """Return each request that the table makes in each state, whatever the facts."""
    width = len(lifecycle.Facts._fields)
    every = [lifecycle.Facts(*row) for row in product((False, True), repeat=width)]
    found = {
        (status, step)
        for status, target, facts in product(lifecycle.Status, lifecycle.Target, every)
        if isinstance(step := lifecycle.plan(status, target, facts), lifecycle.Call)
    }
    order = list(lifecycle.Call)
    return [
        (status, call)
        for status in lifecycle.Status
        for call in order
        if (status, call) in found
    ]


if __name__ == "__main__":
    pages.write(PAGE, page())
