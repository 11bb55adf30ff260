"""The end of a story: all that hindered is over, and both sides must agree."""

from odoo import fields

# Rounds of catching up and working after which all must be quiet.
ROUNDS = 15
# Long enough for the slowest debit.
DAYS = 6
# What says, on the invoice, that Odoo and Stripe differ.
SAID = {
    "stripe_refused",
    "stripe_difference",
    "stripe_total",
    "stripe_paid",
    "stripe_void",
    "stripe_deleted",
}


def bring_to_an_end(story):
    """Take the faults away and let all clocks run until nobody has anything to do."""
    story.simulator.control("faults/clear", {})
    _until_quiet(story)
    # Payments that are under way have ended by now, and said so.
    story.wait(DAYS * 24)
    _until_quiet(story)


def _until_quiet(story):
    for _round in range(ROUNDS):
        story.catch_up()
        story.work()
        waiting = _waiting(story)
        if not waiting:
            return
        story.wait(_hours_until(waiting))
    problems = [row.error if "error" in row else row.reason for row in waiting]
    story.case.fail(f"It does not come to rest: {problems}")


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
    if document:
        case.assertEqual(document.status or False, status)
    alerts = set(move.with_user(case.billing_user)._get_alerts())
    if remote and status != "draft":
        case.assertEqual(document.stripe_number, remote["number"])
    _check_payments(story, move, remote)
    said = bool(alerts & SAID)
    if move.state == "posted":
        _check_posted(case, move, remote, said)
    else:
        # Nobody can pay at Stripe what is not an invoice here, or it is said.
        harmless = status in (False, "deleted", "void")
        case.assertTrue(harmless or document.refused, f"{move.state}, {status}")


def _check_posted(case, move, remote, said):
    if said:
        return
    if not move.stripe_invoice:
        case.assertFalse(remote)
        return
    case.assertIn(remote.get("status"), ("open", "paid", "uncollectible", "void"))
    case.assertEqual(remote["number"], move.name)
    case.assertEqual(remote["total"], _minor(move.amount_total))
    left = 0 if remote["status"] == "void" else remote["amount_remaining"]
    case.assertEqual(left, _minor(move.amount_residual))


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


def _minor(amount):
    return round(amount * 100)
