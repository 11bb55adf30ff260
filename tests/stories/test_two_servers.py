"""Two servers on one database, users who work at the same time, and the worker."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from dev.rpc import Session
from tests.stories.shop import Shop

USERS = 4
INVOICES = 2
PAUSE = 0.3
"""Seconds between two clicks of a user; without, Odoo's own five tries run out.

To it comes the time that the click took: nobody clicks faster on a slow machine.
"""


def _sessions(shop: Shop) -> list[Session]:
    """Return the sessions of users who are spread over the servers."""
    servers = len(shop.stack.servers)
    sessions = [shop.stack.session("admin", "admin", n % servers) for n in range(USERS)]
    for session in sessions:
        session.context["allowed_company_ids"] = [shop.stack.company_id]
    return sessions


def test_many_users_post_and_many_customers_pay_at_once(shop: Shop) -> None:
    sessions = _sessions(shop)
    drafts = [
        [shop.draft(shop.customer(), 10.0 + n) for n in range(INVOICES)]
        for _session in sessions
    ]

    def post_one_by_one(session: Session, moves: list[int]) -> None:
        for move in moves:
            shop.post(move, rpc=session)

    with ThreadPoolExecutor(USERS) as pool:
        list(pool.map(post_one_by_one, sessions, drafts))
    moves = [move for row in drafts for move in row]
    rows = shop.wait_open(*moves)
    assert len({row["name"] for row in rows}) == len(moves)
    for move in moves:
        shop.check_one_open(move)
    with ThreadPoolExecutor(USERS) as pool:
        list(pool.map(shop.pay_on_page, moves))
    shop.wait_paid(*moves)
    for move in moves:
        shop.check_one_payment(move)


def test_users_who_edit_the_same_invoices_see_no_collision(shop: Shop) -> None:
    sessions = _sessions(shop)
    partner = shop.customer()
    moves = [shop.draft(partner, 10.0 + n) for n in range(INVOICES)]

    checked = itertools.cycle([True, False])

    def edit(session: Session) -> None:
        for move in moves:
            with _unhurried():
                # Nothing that is printed: that is refused once it is finalized.
                session("account.move", "write", [move], {"checked": next(checked)})
                session("account.move", "message_post", [move], body="Seen")

    def retry(session: Session) -> None:
        for move in moves:
            with _unhurried():
                session("account.move", "action_stripe_retry", [move])

    with _meanwhile(lambda: edit(sessions[0])), _meanwhile(lambda: retry(sessions[1])):
        for move in moves:
            shop.post(move, rpc=sessions[2])
        shop.wait_open(*moves)
        for move in moves:
            shop.pay_on_page(move)
        shop.wait_paid(*moves)
    for move in moves:
        shop.check_one_payment(move)
    assert len(shop.customers_of(partner)) == 1
    assert len(shop.invoices_of(partner)) == len(moves)


@contextmanager
def _unhurried() -> Iterator[None]:
    """Pause after the body."""
    start = time.monotonic()
    yield
    time.sleep(PAUSE + time.monotonic() - start)


@contextmanager
def _meanwhile(action: Callable[[], None]) -> Iterator[None]:
    """Repeat an action in another thread as long as the body runs; its errors count."""
    end = threading.Event()

    def repeat() -> None:
        while not end.is_set():
            action()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(repeat)
        try:
            yield
        finally:
            end.set()
        future.result()
