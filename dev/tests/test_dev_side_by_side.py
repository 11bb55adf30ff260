"""Commands side by side, and processes that share the same tests."""

import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.processes import wait_until
from dev.pytest_share import take
from dev.side_by_side import Job, SideBySide
from dev.tests.living import lives


def _python(title: str, program: str) -> Job:
    return Job(title, (sys.executable, "-c", program))


def test_each_output_comes_whole_with_the_code_of_its_job() -> None:
    program = (
        "import sys; print('out', flush=True); print('err', file=sys.stderr);"
        "sys.exit({})"
    )
    jobs = [_python(str(code), program.format(code)) for code in range(5)]
    with SideBySide(jobs, at_once=2) as ended:
        found = {one.job.title: (one.code, one.output) for one in ended}
    assert found == {str(code): (code, "out\nerr\n") for code in range(5)}


def test_no_more_than_told_run_at_once(tmp_path: Path) -> None:
    program = (
        "import pathlib, time; mine = pathlib.Path({!r}); mine.touch();"
        "time.sleep(0.1); print(len(list(mine.parent.iterdir()))); mine.unlink()"
    )
    jobs = [_python(str(n), program.format(str(tmp_path / str(n)))) for n in range(6)]
    with SideBySide(jobs, at_once=2) as ended:
        seen = [int(one.output) for one in ended]
    assert len(seen) == 6
    assert max(seen) <= 2


def test_what_still_runs_is_stopped_with_its_children(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    program = (
        "import subprocess, time; child = subprocess.Popen(['sleep', '60']);"
        f"open({str(pid)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    with SideBySide([_python("long", program)]):
        wait_until(lambda: pid.exists() and bool(pid.read_text()), "It runs", 20)
    child = int(pid.read_text())
    # The signal is sent; the kernel needs a moment.
    wait_until(lambda: not lives(child), "The child is gone", 5)


@dataclass
class _Test:
    nodeid: str


def test_each_test_is_taken_by_one_alone(tmp_path: Path) -> None:
    sizes = {"file::Long": 1, "file::Many": 9, "other::Some": 3}
    tests: Any = [_Test(f"{name}::{n}") for name in sizes for n in range(sizes[name])]
    for seed in range(20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        processes = [take(tests, folder) for _process in range(3)]
        taken = []
        luck = random.Random(seed)
        while processes:
            one = luck.choice(processes)
            item = next(one, None)
            if item is None:
                processes.remove(one)
            else:
                taken.append(item.nodeid)
        assert sorted(taken) == sorted(test.nodeid for test in tests)


def test_classes_of_few_tests_come_first(tmp_path: Path) -> None:
    tests: Any = [_Test("a::Many::1"), _Test("a::Many::2"), _Test("b::Long::1")]
    assert next(take(tests, tmp_path)).nodeid == "b::Long::1"
