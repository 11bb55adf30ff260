"""Entry of `python3 -m dev <command>`; the Makefile has one target for each."""

import argparse
import signal
import sys
from types import FrameType

from dev import paths
from dev.progress import SetupError, say


def main() -> int:
    """Run one command; return its exit code."""
    if sys.version_info < (3, 10):  # noqa: UP036 - the machine may have another one
        say("Python 3.10 or newer is needed.")
        return 1
    parser = argparse.ArgumentParser(prog="python3 -m dev", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    setup = commands.add_parser("setup", help="make the environment and the databases")
    setup.add_argument("what", nargs="?", default="", help="one thing alone, by name")
    commands.add_parser("clean", help="delete everything that the set-up has made")
    test = commands.add_parser("test", help="run the tests")
    test.add_argument("--pure", action="store_true", help="those without Odoo")
    test.add_argument("--long", action="store_true", help="many random ones")
    test.add_argument("--part", help="one part of all tests, by name")
    test.add_argument("--share", default="", help="folder of those who share a part")
    test.add_argument("only", nargs="?", default="", help="a path or a pattern")
    commands.add_parser("check", help="run lint and all tests")
    commands.add_parser("demo", help="play the main job")
    commands.add_parser("run", help="bring everything up")
    commands.add_parser("shell", help="open an Odoo shell on the demo database")
    commands.add_parser("bench", help="measure speed, as ratios in one run")
    commands.add_parser("screenshots", help="take the README's pictures anew")
    lint = commands.add_parser("lint", help="check format, style, types, XML, po")
    lint.add_argument("checks", nargs="*", help="some of the checks, by name")
    commands.add_parser("i18n", help="write the template and translations anew")
    commands.add_parser("docs", help="write the generated documentation anew")
    options = parser.parse_args()
    # A shell that starts us in the background has SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    paths.keep_bytecode()
    try:
        return _COMMANDS[options.command](options)
    except (SetupError, TimeoutError) as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


def _stop(number: int, frame: FrameType | None) -> None:
    """Turn the signal into an exception, so that everything is cleaned up."""
    # Another one would disturb that.
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def _setup(options: argparse.Namespace) -> int:
    from dev import environment

    environment.set_up(options.what)
    return 0


def _clean(options: argparse.Namespace) -> int:
    from dev import clean

    return clean.clean()


def _test(options: argparse.Namespace) -> int:
    from dev import testing

    if options.long:
        return testing.run_long()
    if options.part:
        return testing.run_part(options.part, options.share)
    if options.only or options.pure:
        return testing.run_tests(options.only, pure_only=options.pure)
    return testing.run_all()


def _check(options: argparse.Namespace) -> int:
    from dev import lint, testing

    return testing.run_all(lint.jobs(lint.CHECKS))


def _lint(options: argparse.Namespace) -> int:
    from dev import lint

    return lint.lint(options.checks)


def _screenshots(options: argparse.Namespace) -> int:
    from dev import environment

    environment.ensure_python()
    return environment.run_module("dev.screenshots")


def _i18n(options: argparse.Namespace) -> int:
    from dev import i18n

    return i18n.refresh()


def _docs(options: argparse.Namespace) -> int:
    from dev import environment

    environment.ensure_python()
    pages = ("dev.lifecycle_docs", "dev.accounting_docs")
    return max(environment.run_module(page) for page in pages)


def _bench(options: argparse.Namespace) -> int:
    from dev import bench

    return bench.bench()


def _demo(options: argparse.Namespace) -> int:
    from dev import demo

    commands = {"demo": demo.demo, "run": demo.run, "shell": demo.shell}
    return commands[options.command]()


_COMMANDS = {
    "setup": _setup,
    "clean": _clean,
    "test": _test,
    "check": _check,
    "lint": _lint,
    "i18n": _i18n,
    "docs": _docs,
    "screenshots": _screenshots,
    "bench": _bench,
    "demo": _demo,
    "run": _demo,
    "shell": _demo,
}


if __name__ == "__main__":
    sys.exit(main())
