"""What `docs/lifecycle.md` says beside the table: one text for each of its words."""

UNKNOWN = "nothing there"
LATER = "wait"

PREFACE = """# The life of an invoice, in Odoo and at Stripe

<!-- Written by `make docs` from lifecycle.py. Changes here are lost. -->

Every Odoo invoice that wants one has a counterpart at Stripe. Odoo keeps two things
about it: the **state** that Stripe last reported, and the *wish* that somebody in Odoo
has, such as "let it be open" or "let it be void". One table names the request that
brings Stripe a step nearer to the wish. Odoo makes that request in the background,
writes the answer down, and looks at the table again, until nothing is left to do. The
buttons on the invoice, the refusals and this page come from the same table."""

ACTS = """The rows say where the invoice is at Stripe, the columns what Odoo wishes. A
cell names the next request. "–" means that nothing is to be done: Stripe is there
already, or further along. "✗" means that there is no way; the number leads to the
sentence."""

STATES = {
    "NONE": "Stripe has no invoice yet.",
    "DRAFT": "Stripe has a draft. Nobody can pay it; it can still change.",
    "OPEN": "Finalized: the customer has it and can pay it. It no longer changes.",
    "PAID": "Nothing is left to pay. That is final.",
    "UNCOLLECTIBLE": "Given up as a bad debt. The customer can still pay it.",
    "VOID": "Cancelled: nobody can pay it any more. That is final.",
    "DELETED": "The draft was withdrawn. A new one may follow.",
}

WISHES = {
    "NONE": "Odoo only looks on.",
    "OPEN": "The invoice was confirmed: the customer shall be able to pay.",
    "CHARGED": "**Charge Now**: the stored card or bank account shall be charged.",
    "PAID": "The invoice is paid in Odoo by other means: bank, cash, set-off.",
    "UNCOLLECTIBLE": "**Write Off at Stripe**.",
    "VOID": "**Request Cancel**: void at Stripe first, then cancelled in Odoo.",
    "DELETED": "Reset to draft, cancelled, deleted or switched off in Odoo.",
}

CALLS = {
    "CREATE": "Makes a draft with Odoo's number, customer and dates.",
    "ADD_LINES": "Adds the lines with their taxes, a hundred at a time.",
    "FINALIZE": "Reads the draft back, compares every amount, and opens it.",
    "DELETE": "Deletes the draft.",
    "SEND": "Lets Stripe mail the invoice to the customer.",
    "PAY": "Charges what the customer has stored. It may be declined: the invoice then "
    "stays where it is, and the reason is shown.",
    "PAY_OUT_OF_BAND": "Tells Stripe that the rest was paid elsewhere.",
    "REPORT_PAYMENT": "Tells Stripe of a part that was paid elsewhere.",
    "ATTACH_PAYMENT": "Lets the reported part count for this invoice.",
    "MARK_UNCOLLECTIBLE": "Gives the invoice up at Stripe.",
    "VOID": "Cancels the invoice at Stripe for good.",
    "REMIND": "Lets Stripe remind the customer when the invoice is overdue.",
    "HOLD_REMINDERS": "Keeps Stripe from reminding.",
}

NEWS = """Stripe tells Odoo that something has changed, and Odoo then reads what the
invoice is now. The rows say what Odoo knew, the columns what Stripe reports, and a cell
what follows. Where it depends on what Odoo wished itself, the cell says so."""

CONSEQUENCES = {
    "NONE": "Nothing follows.",
    "TELL": "A message on the invoice says it. Payments are booked.",
    "CANCEL": "Odoo asked for the void: the invoice is now cancelled in Odoo, too.",
    "ASK": "Somebody decided this in Stripe's dashboard: the person responsible for "
    "the invoice gets an activity with the possible answers.",
    "LOOK_AGAIN": "Stripe has no such way back, so the news is older than what Odoo "
    "knows. Odoo asks Stripe once more.",
}

LEADS_TO = {
    "CREATE": [("draft", "")],
    "ADD_LINES": [("draft", "")],
    "FINALIZE": [("open", "")],
    "DELETE": [("deleted", "")],
    "SEND": [("", "")],
    "PAY": [("paid", ""), ("", "pay (declined)")],
    "PAY_OUT_OF_BAND": [("paid", "")],
    "REPORT_PAYMENT": [("", "")],
    "ATTACH_PAYMENT": [("", "")],
    "MARK_UNCOLLECTIBLE": [("uncollectible", "")],
    "VOID": [("void", "")],
    "REMIND": [("", "")],
    "HOLD_REMINDERS": [("", "")],
}
"""Request → where it ends and what to call it; empty: where it began, its own name."""
