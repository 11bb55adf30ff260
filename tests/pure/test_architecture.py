"""Arrows point one way: who may import whom, read from the source of every file."""

import ast
import sys
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ADDON = "sale_stripe_invoice"
# Programs beside the addon: not in the wheel, and no part of what Odoo loads.
BESIDE = {"simulator", "dev", "tests"}
NOT_OURS = {"build", "dist"}

# What each part of the addon may import of the addon. A name stands for all below it.
WIRE = {"stripe_api", "const"}
PURE = {*WIRE, "lifecycle", "correction", "checkout", "payloads", "postings"}
MAY_IMPORT = {
    "const": set(),
    "lifecycle": set(),
    "correction": set(),
    "checkout": set(),
    "stripe_api": WIRE,
    "payloads": {"payloads", "stripe_api.money", "const"},
    "postings": {"postings", "stripe_api.money", "const"},
    "declines": set(),
    "exceptions": {"declines", "lifecycle", "stripe_api.errors", "stripe_api.money"},
    "models": {"models", "exceptions", *PURE},
    "report": {"models", "exceptions", *PURE},
    "wizards": {"wizards", "models", "exceptions", *PURE},
    "controllers": {"controllers", "models", "exceptions", *PURE},
    "hooks": {"hooks", "models", "exceptions", *PURE},
    "": {"models", "controllers", "wizards", "report", "hooks"},
}
PURE_PARTS = (
    "const",
    "lifecycle",
    "correction",
    "checkout",
    "payloads",
    "postings",
    "stripe_api",
)
# The one pure package's door to Odoo's records.
READS_RECORDS = "payloads.snapshot"
# What the pure parts that know no wire have no business with.
OUTSIDE_WORLD = {
    "os",
    "time",
    "random",
    "secrets",
    "socket",
    "http",
    "urllib",
    "logging",
}


def modules() -> dict[str, Path]:
    """Return every module of the checkout: dotted name and file."""
    found = {}
    for path in sorted(CHECKOUT.rglob("*.py")):
        parts = path.relative_to(CHECKOUT).with_suffix("").parts
        if parts[0] in NOT_OURS or any(part.startswith(".") for part in parts):
            continue
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        found[".".join(parts)] = path
    return found


MODULES = modules()
ADDON_MODULES = [name for name in MODULES if name.partition(".")[0] not in BESIDE]
SIMULATOR_MODULES = [name for name in MODULES if name.startswith("simulator")]


def imports(source: str, module: str, is_package: bool) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports.

    What it imports of its own checkout comes relative to the checkout, with a leading
    dot: ``.stripe_api.money``. An import for type checkers alone does not count.
    """
    package = module.split(".") if module else []
    if package and not is_package:
        package = package[:-1]
    for node in _run_time(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (_named(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module.split(".") if node.module else []
            if node.level:
                kept = len(package) - node.level + 1
                assert kept >= 0, f"{module} imports from above the addon"
                base = ["", *package[:kept], *base]
            for alias in node.names:
                yield _named(".".join([*base, alias.name]))


def _named(name: str) -> str:
    for prefix in (f"odoo.addons.{ADDON}", ADDON):
        if name == prefix or name.startswith(prefix + "."):
            return name.removeprefix(prefix) or "."
    if name.partition(".")[0] in BESIDE:
        return "." + name
    return name


def _run_time(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield from _run_time(node)


def imports_of(module: str) -> list[str]:
    path = MODULES[module]
    return list(imports(path.read_text(), module, path.name == "__init__.py"))


def own_imports_of(module: str) -> list[str]:
    """Return what a module imports of the checkout, as names of modules."""
    found = (name[1:] for name in imports_of(module) if name.startswith("."))
    return [_module_of(name) for name in found]


def _module_of(name: str) -> str:
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


def foreign_imports_of(module: str) -> set[str]:
    """Return the top-level names of what a module imports from elsewhere."""
    names = imports_of(module)
    return {name.partition(".")[0] for name in names if not name.startswith(".")}


def part_of(module: str) -> str:
    return module.partition(".")[0]


def within(name: str, places: Iterable[str]) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


@pytest.mark.parametrize("module", ADDON_MODULES)
def test_arrows_point_one_way(module: str) -> None:
    part = part_of(module)
    if part == "__manifest__":
        assert imports_of(module) == []
        return
    assert part in MAY_IMPORT, f"{part} has no place in the layers yet"
    strays = [
        name for name in own_imports_of(module) if not within(name, MAY_IMPORT[part])
    ]
    assert strays == []


@pytest.mark.parametrize("module", ADDON_MODULES)
def test_only_the_wire_knows_the_sdk(module: str) -> None:
    if part_of(module) != "stripe_api":
        assert "stripe" not in foreign_imports_of(module)


@pytest.mark.parametrize(
    "module", [name for name in ADDON_MODULES if part_of(name) in PURE_PARTS]
)
def test_the_pure_parts_need_python_alone(module: str) -> None:
    if module.startswith(READS_RECORDS):
        return
    allowed = set(sys.stdlib_module_names)
    if part_of(module) == "stripe_api":
        allowed.add("stripe")
    else:
        allowed -= OUTSIDE_WORLD
    assert foreign_imports_of(module) <= allowed


def test_one_package_alone_reads_records() -> None:
    pure = [name for name in ADDON_MODULES if part_of(name) in PURE_PARTS]
    readers = [name for name in pure if "odoo" in foreign_imports_of(name)]
    assert readers
    assert [name for name in readers if not name.startswith(READS_RECORDS)] == []


@pytest.mark.parametrize("module", SIMULATOR_MODULES)
def test_the_simulator_stands_alone(module: str) -> None:
    assert "odoo" not in foreign_imports_of(module)
    strays = [name for name in own_imports_of(module) if part_of(name) != "simulator"]
    assert strays == []


@pytest.mark.parametrize("module", ADDON_MODULES)
def test_the_addon_knows_nothing_of_what_is_beside_it(module: str) -> None:
    assert [name for name in own_imports_of(module) if part_of(name) in BESIDE] == []


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return one cycle of the graph, empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_module_needs_itself() -> None:
    graph = {
        name: set(own_imports_of(name)) - {name, ""}
        for name, path in MODULES.items()
        if path.name != "__init__.py" and part_of(name) != "tests"
    }
    assert cycle(graph) == []


def test_no_package_needs_itself() -> None:
    graph: dict[str, set[str]] = {}
    for module in ADDON_MODULES:
        needed = {part_of(name) for name in own_imports_of(module)}
        graph.setdefault(part_of(module), set()).update(needed - {part_of(module)})
    assert cycle(graph) == []


# === The reading itself === #


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import stripe", ["stripe"]),
        ("import odoo.api as o, json", ["odoo.api", "json"]),
        ("from stripe import Invoice", ["stripe.Invoice"]),
        ("from . import document", [".payloads.document"]),
        ("from .document import LineSnapshot", [".payloads.document.LineSnapshot"]),
        ("from ..stripe_api.money import to_minor", [".stripe_api.money.to_minor"]),
        ("from .. import const", [".const"]),
        ("def f():\n    from ..models import x", [".models.x"]),
        ("try:\n    import stripe\nexcept E:\n    import a", ["stripe", "a"]),
        ("if A:\n    import stripe", ["stripe"]),
        ("import simulator.world", [".simulator.world"]),
        (f"from odoo.addons.{ADDON}.models import x", [".models.x"]),
        (f"import {ADDON}.lifecycle", [".lifecycle"]),
        ("if TYPE_CHECKING:\n    import odoo", []),
        ("if typing.TYPE_CHECKING:\n    import odoo", []),
    ],
)
def test_every_kind_of_import_is_seen(source: str, found: list[str]) -> None:
    assert list(imports(source, "payloads.invoice", is_package=False)) == found


def test_a_package_is_its_own_base() -> None:
    assert list(imports("from . import a", "models", is_package=True)) == [".models.a"]
    assert list(imports("from . import models", "", is_package=True)) == [".models"]


def test_a_cycle_is_found() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert cycle({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_the_checkout_was_read() -> None:
    assert {"lifecycle", "stripe_api.gateway", "models.stripe_document"} <= set(MODULES)
    assert "simulator.world" in SIMULATOR_MODULES
    assert ".stripe_api.money.to_minor" in imports_of("payloads.snapshot.minor")
    assert set(own_imports_of("payloads.proof")) == {"payloads.document"}
