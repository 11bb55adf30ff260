"""`make demo`, `make run` and `make shell`."""

import subprocess
import sys
import time

from dev import demo_database, environment
from dev.processes import die_with_parent
from dev.progress import say, step, table
from dev.stack import Stack
from dev.stamps import write_atomically
from dev.story import Story, StoryError
from dev.stripe_side import TEST_KEY

ODOO_PORT = 8069
SIMULATOR_PORT = 12111
WIDTHS = (26, 38, 38, 6)


def demo() -> int:
    """Play the story on a fresh database; stay up on a terminal."""
    with _stack(anew=True) as stack:
        story = Story(stack)
        try:
            with step("Playing the story"):
                story.play()
        except StoryError as error:
            _show(story)
            say(f"\nThe demo failed. {error}\nLogs: {stack.logs}")
            return 1
        _show(story)
        if not sys.stdout.isatty():
            return 0
        say(f"\n  Unpaid invoice, for you to pay   {story.hosted_url}")
        _stay_up(stack)
    return 0


def run() -> int:
    """Bring everything up on the demo database as it was left, until Ctrl-C."""
    with _stack(anew=False) as stack:
        _mend_connection(stack)
        _stay_up(stack)
    return 0


def shell() -> int:
    """Open an Odoo shell on the demo database; a script may come on standard input."""
    with environment.ready() as odoo:
        demo_database.ensure_for_shell(odoo)
        options = ("shell", "-d", demo_database.NAME, "--no-http", "--log-level=warn")
        return subprocess.run(
            odoo.command(*options),
            env=odoo.environment(),
            preexec_fn=die_with_parent(),
        ).returncode


def _stack(anew: bool) -> Stack:
    source = demo_database.fresh if anew else demo_database.lasting
    return Stack(
        source,
        state=demo_database.STATE,
        odoo_port=ODOO_PORT,
        simulator_port=SIMULATOR_PORT,
    )


def _mend_connection(stack: Stack) -> None:
    """Connect again where Odoo's port is not that of last time."""
    endpoints = stack.simulator.api("webhook_endpoints")["data"]
    if any(not row["url"].startswith(f"{stack.base_url}/") for row in endpoints):
        say("Odoo has another address than last time: it is connected again.")
        Story(stack).connect()


def _show(story: Story) -> None:
    rows = [("Step", "Odoo", "Stripe", "Took")]
    rows += [(s.title, s.odoo, s.stripe, f"{s.seconds:.1f} s") for s in story.steps]
    say(table(rows, WIDTHS))


def _stay_up(stack: Stack) -> None:
    text = f"Odoo: {stack.base_url}, Stripe simulator: {stack.simulator_url}"
    write_atomically(demo_database.ADDRESSES, text)
    say(f"""
  Odoo               {stack.base_url}/odoo   (login admin, password admin)
  Stripe simulator   {stack.simulator_url}/_sim   (key {TEST_KEY})
  Logs               {stack.logs}

  Ctrl-C stops everything.""")
    try:
        while all(server.running for server in stack.servers):
            time.sleep(0.5)
        say(f"Odoo has ended by itself: see {stack.logs}")
    except KeyboardInterrupt:
        say("\nStopping.")
    finally:
        demo_database.ADDRESSES.unlink(missing_ok=True)
