"""The small tools of the set-up: what they make of good and of odd input."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dev import stamps
from dev.html_form import read_form
from dev.odoo import problems
from dev.paths import CHECKOUT
from dev.processes import free_port, stop, wait_until
from dev.progress import SetupError, table
from dev.templates import addon_digest
from dev.tests.living import lives
from dev.tree import _inspect, _mirror_in

DEB822 = """# http://example.org/snapshot/debian
Types: deb
URIs: http://mirror.example.org/debian
Suites: stable
"""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (DEB822, "http://mirror.example.org/debian"),
        (
            "deb [arch=amd64] https://example.org/debian/ stable main\n",
            "https://example.org/debian/",
        ),
        ("deb https://example.org/debian-security stable main\n", None),
        ("deb https://example.org/something stable main\n", None),
        ("# deb https://example.org/debian stable main\n", None),
        ("", None),
    ],
)
def test_the_mirror_is_read_from_apts_sources(text: str, address: str | None) -> None:
    assert _mirror_in(text) == address


def test_another_odoo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="ODOO_HOME"):
        _inspect(tmp_path)
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(SetupError, match="no Odoo 19"):
        _inspect(tmp_path)


def test_a_git_checkout_and_an_installed_package_are_both_taken(tmp_path: Path) -> None:
    own = tmp_path / "odoo" / "addons"
    (own / "base").mkdir(parents=True)
    (tmp_path / "odoo" / "release.py").write_text("version_info = (19, 0, 0)\n")
    assert _inspect(tmp_path).addons == (tmp_path / "addons",)
    (own / "account").mkdir()
    assert _inspect(tmp_path).addons == ()


def test_only_what_is_installed_makes_a_template_stale(tmp_path: Path) -> None:
    model = tmp_path / "models" / "a.py"
    unread = [tmp_path / "tests" / "test_a.py", tmp_path / "README.md"]
    for path in (model, *unread):
        path.parent.mkdir(exist_ok=True)
        path.write_text("1")
    before = addon_digest(tmp_path)
    for path in unread:
        path.write_text("2")
    assert addon_digest(tmp_path) == before
    model.write_text("2")
    assert addon_digest(tmp_path) != before


def test_the_parts_of_a_digest_do_not_run_into_each_other() -> None:
    assert stamps.digest("ab", "c") != stamps.digest("a", "bc")


def test_warnings_in_odoos_log_are_found() -> None:
    log = (
        "2026-01-01 00:00:00,000 1 INFO db odoo.x: WARNING ERROR are words here\n"
        "2026-01-01 00:00:00,000 1 WARNING db odoo.x: two labels\n"
        "2026-01-01 00:00:00,000 1 ERROR db odoo.x: broken\nTraceback ...\n"
    )
    assert [line.split()[3] for line in problems(log)] == ["WARNING", "ERROR"]


def test_a_form_is_sent_as_it_came() -> None:
    page = """<form id="other"><input name="x" value="no"></form>
    <form id="f" action="/pay"><input name="a" value="1"><input type="radio" name="m"
    value="card" checked><input type="radio" name="m" value="sepa">
    <button name="action" value="pay">Pay</button><button name="action" value="no">
    </button></form><input name="y" value="no">"""
    assert read_form(page, "f") == ("/pay", {"a": "1", "m": "card", "action": "pay"})
    with pytest.raises(LookupError):
        read_form(page, "missing")


def test_a_table_wraps_its_cells() -> None:
    shown = table([("a", "b"), ("one two", "x\ny")], widths=(4, 4)).splitlines()
    assert shown == [
        "+-----+---+",
        "| a   | b |",
        "+-----+---+",
        "| one | x |",
        "| two | y |",
        "+-----+---+",
    ]


def test_a_port_in_use_is_not_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)
    assert free_port(port) == port


def test_a_process_that_does_not_listen_is_killed() -> None:
    deaf = (
        "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    )
    command = [sys.executable, "-c", f"{deaf}; time.sleep(60)"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout
    process.stdout.readline()
    stop(process, seconds=0.2)
    assert process.returncode == -signal.SIGKILL


def test_a_child_dies_with_its_parent() -> None:
    program = (
        "import subprocess, sys, time; from dev.processes import die_with_parent;"
        "child = subprocess.Popen(['sleep', '60'], preexec_fn=die_with_parent());"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    wait_until(lambda: not lives(child), "The child is gone", 5)
