"""The end of a story: all that hindered is over, and both sides must agree."""

from odoo import fields

# Rounds of catching up and working in which what failed is tried again.
FIRST_ROUNDS = 6
# Rounds after which all must be quiet.
ROUNDS = 15
# Long enough for the slowest debit.
DAYS = 6
FINALIZED = ("open", "paid", "uncollectible", "void")


def bring_to_an_end(story):
    """Take the faults away and let all clocks run until nobody has anything to do."""
    story.simulator.control("faults/clear", {})
    story.finalization_fails(off=True)
    _until_quiet(story, FIRST_ROUNDS)
    # Payments that are under way have ended by now, and said so.
    story.wait(DAYS * 24)
    _come_to_rest(story)


def _until_quiet(story, rounds):
    """Catch up and work until nothing waits any more; return what still does."""
    for _round in range(rounds):
        story.catch_up()
        story.work()
        waiting = _waiting(story)
        if not waiting:
            break
        story.wait(_hours_until(waiting))
    return waiting


def _come_to_rest(story):
    waiting = _until_quiet(story, ROUNDS)
    if not waiting:
        return
    problems = [row.error if "error" in row else row.reason for row in waiting]
    story.case.fail(f"It does not come to rest: {problems}")


def try_again(story):
    """Press "Try again" wherever something was refused, and see where that leads.

    :return: whether there was anything to try
    """
    refused = [
        n
        for n, move in enumerate(story.living())
        if move.sudo().stripe_document_id.refused
    ]
    for n in refused:
        story.retry(n)
    if refused:
        _come_to_rest(story)
    return bool(refused)


def _waiting(story):
    env = story.case.env
    return [
        row
        for name in ("stripe.document", "stripe.event")
        for row in env[name].sudo().search(env[name]._waiting_domain())
    ]


def _hours_until(waiting):
    """Return the hours until the last of these is tried again."""
    now = fields.Datetime.now()
    instants = [
        at
        for row in waiting
        for at in (row.next_attempt_at, row.account_id.next_attempt_at)
    ]
    last = max(filter(None, instants), default=now)
    return max((last - now).total_seconds(), 0) / 3600 + 0.01


def check(story):
    """Assert what holds at the end of every story, whatever happened in it."""
    case = story.case
    env = case.env
    documents = env["stripe.document"].sudo().search([])
    for document in documents:
        case.assertFalse(document.pending_call)
        case.assertFalse(document.pending)
        case.assertFalse(document.refresh_wanted)
        if document.refused:
            case.assertTrue(document.error)
    events = env["stripe.event"].sudo().search([])
    case.assertLessEqual(set(events.mapped("state")), {"done", "ignored"})
    case.assertFalse(case.account.error)
    _check_nothing_twice(story, documents)
    for move in story.living():
        _check_invoice(story, move.with_env(env))


def _check_nothing_twice(story, documents):
    """Assert that each document has one invoice at Stripe, and each mail one wish."""
    case = story.case
    remotes = story.simulator.control("objects/invoice")["data"]
    made = [one for one in remotes if not one["from_invoice"]]
    owners = [one["metadata"]["odoo_document"] for one in made]
    case.assertEqual(len(owners), len(set(owners)), "Two invoices for one document")
    case.assertLessEqual(
        {one["id"] for one in made}, set(documents.mapped("stripe_id"))
    )
    sent = [
        event["data"]["object"]["id"]
        for event in story.simulator.control("objects/event")["data"]
        if event["type"] == "invoice.sent"
    ]
    for move in story.living():
        wanted = story.mails_wanted[move.id]
        case.assertLessEqual(sent.count(move.stripe_ref), wanted, "Mailed twice")


def _check_invoice(story, move):
    case = story.case
    document = move.sudo().stripe_document_id
    remote = story.remote(move)
    status = remote.get("status", "deleted" if document.stripe_id else False)
    case.assertEqual(document.status or False, status)
    if status in FINALIZED:
        case.assertEqual(document.stripe_number, remote["number"])
        case.assertEqual(_minor(document.amount_paid), remote["amount_paid"])
        case.assertNotEqual(document.payment_state, "processing")
    _check_payments(story, move, remote)
    if document.refused:
        case.assertIn("stripe_refused", _alerts(story, move))
    elif move.state == "posted":
        _check_posted(story, move, remote, status)
    else:
        # Nobody can pay at Stripe what is not an invoice here.
        case.assertIn(status, (False, "deleted", "void"))


def _check_posted(story, move, remote, status):
    """Assert that a confirmed invoice is the same at Stripe, or says why not."""
    case = story.case
    alerts = _alerts(story, move)
    if not status or status == "deleted":
        case.assertTrue("stripe_deleted" in alerts or not move.stripe_invoice)
        return
    case.assertIn(status, FINALIZED)
    if remote["total"] != _minor(move.amount_total) and status != "void":
        case.assertIn("stripe_other", alerts)
    residual = _minor(move.amount_residual)
    if status == "void":
        case.assertTrue(not residual or "stripe_void" in alerts)
    elif residual != remote["amount_remaining"]:
        case.assertTrue(alerts & {"stripe_difference", "stripe_paid", "stripe_other"})


def _alerts(story, move):
    return set(move.with_user(story.case.billing_user)._get_alerts())


def _check_payments(story, move, remote):
    """Assert that what Stripe received is booked, all of it and once (I1, I8)."""
    case = story.case
    if not remote:
        return
    data = story.simulator.api("invoice_payments", invoice=remote["id"], limit=100)
    received = {
        one["id"]: one["amount_paid"]
        for one in data["data"]
        if one["status"] == "paid" and one["payment"]["type"] == "payment_intent"
    }
    booked = case.env["account.payment"].search(
        [("stripe_ref", "!=", False), ("partner_id", "=", move.partner_id.id)]
    )
    refs = booked.mapped("stripe_ref")
    case.assertEqual(len(refs), len(set(refs)), "Booked twice")
    amounts = {
        one.stripe_ref: _minor(one.amount)
        for one in booked
        if one.stripe_ref in received or (one.memo or "").startswith(move.name)
    }
    case.assertEqual(amounts, received)
    elsewhere = remote["amount_paid"] - sum(received.values())
    case.assertLessEqual(elsewhere, story.paid_elsewhere[move.id], "Reported twice")


def _minor(amount):
    return round(amount * 100)
