"""Two servers on one database, users who work at the same time, and the worker."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from dev.rpc import RpcError, Session
from tests.stories.shop import Shop

USERS = 4
INVOICES = 2
DIALOG = "account.move.send.wizard"
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


@pytest.mark.parametrize("method", ["email", "stripe"])
def test_users_who_send_the_same_invoice_at_once_send_one_mail(
    connected: Shop, method: str
) -> None:
    shop = connected
    # One on each server.
    sessions = _sessions(shop)[: len(shop.stack.servers)]
    address = f"one-{method}@example.com"
    move = shop.draft(shop.customer(email=address))
    shop.post(move)
    shop.wait_open(move)
    values = {"move_id": move, "sending_methods": [method]}
    dialogs = [(rpc, rpc(DIALOG, "create", values)) for rpc in sessions]
    start = threading.Barrier(len(dialogs))

    def send(dialog: tuple[Session, int]) -> str:
        rpc, wizard = dialog
        start.wait()
        try:
            rpc(DIALOG, "action_send_and_print", [wizard])
        except RpcError as error:
            return error.message
        return ""

    with ThreadPoolExecutor(len(dialogs)) as pool:
        refusals = [text for text in pool.map(send, dialogs) if text]
    if method == "email":
        assert len(refusals) == len(dialogs) - 1, refusals
        assert all("was mailed at" in text for text in refusals)
    else:
        assert refusals == []
    shop.wait_for("The mail", lambda: _mails(shop, move, address))
    # And the batch that somebody sends after that brings no second one.
    _send_batch(shop, sessions[-1], move)
    shop.rest()
    assert len(_mails(shop, move, address)) == 1, _mails(shop, move, address)


def _mails(shop: Shop, move: int, address: str) -> list[str]:
    """Return what was mailed to an address: by Odoo, and by Stripe of an invoice."""
    by_odoo = [str(m["Subject"]) for m in shop.stack.mails.mails if address in m["To"]]
    rows = shop.simulator.control("objects/mail")["data"]
    reference = shop.move(move)["stripe_ref"]
    return by_odoo + [str(row["kind"]) for row in rows if row["about"] == reference]


def _send_batch(shop: Shop, session: Session, *moves: int) -> None:
    """Send invoices as for many, and wait for the job that does it."""
    model = "account.move.send.batch.wizard"
    wizard = session(model, "create", {"move_ids": [(6, 0, list(moves))]})
    session(model, "action_send_and_print", [wizard])

    def done() -> bool:
        rows = session("account.move", "read", list(moves), ["sending_data"])
        return not any(row["sending_data"] for row in rows)

    shop.stack.wake_jobs()
    shop.wait_for("The batch is sent", done)


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
