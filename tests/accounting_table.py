"""What is booked for what happens at Stripe: the accountant's page, as data.

``docs/accounting.md`` is written from it, and ``test_accounting`` plays each row and
compares every journal item with it. Pure.
"""

from .accounting_page import Chapter, Entry, Row

PAID = "the day of the payment at Stripe"


def payment(amount: str, day: str = PAID) -> Entry:
    """Return the entry of a customer's payment."""
    return Entry(day, {"transit": amount, "receivable": f"-{amount}"})


PAYMENTS = Chapter(
    "Payments",
    (
        Row(
            "payment",
            "A customer pays an invoice of 120.00: by card, debit or transfer.",
            (payment("120.00"),),
            "Nothing. The payment is matched with the invoice. It shows the method, "
            "the last four digits, the charge and the receipt.",
        ),
        Row(
            "payment_in_parts",
            "The customer pays the same invoice in two parts.",
            (payment("50.00"), payment("70.00")),
            "Nothing. Each part is a payment of its own, on its own day.",
        ),
        Row(
            "payment_repeated",
            "Stripe tells of the same payment again, however often, in any order.",
            (payment("120.00"),),
            "Nothing: it is booked once.",
        ),
        Row(
            "payment_of_too_much",
            "A transfer of 130.00 arrives for an invoice of 120.00.",
            (payment("130.00"),),
            "Decide what becomes of the 10.00, which stay open as the customer's "
            "credit. An activity on the invoice asks.",
        ),
        Row(
            "payment_twice",
            "A customer pays at Stripe what he has paid to your bank, too: the "
            "payment is registered in Odoo before Odoo hears of Stripe's.",
            (payment("120.00"),),
            "Decide: refund the payment at Stripe, or keep it as the customer's "
            "credit. An activity and a banner on the invoice ask.",
        ),
        Row(
            "payment_under_way",
            "A debit is under way. It takes days until the bank says yes or no.",
            (),
            "Nothing. Do not ask the customer again meanwhile; a banner says so.",
        ),
        Row(
            "payment_in_closed_period",
            "Odoo hears of a payment in a period that you have closed.",
            (payment("120.00", "the first day that is open"),),
            "Nothing. The payment keeps its real day, and a note says why the entry "
            "has another.",
        ),
        Row(
            "paid_out_of_band",
            "Somebody marks the invoice as paid in Stripe's dashboard.",
            (),
            "Register in Odoo how it was paid: no money moved at Stripe. An activity "
            "asks.",
        ),
        Row(
            "nothing_to_pay",
            "An invoice of 0.00: Stripe calls it paid.",
            (),
            "Nothing.",
        ),
    ),
)

MOVED = "the day on which Stripe's balance moved"


def moved(**items: str) -> Entry:
    """Return the entry of a movement of Stripe's balance."""
    return Entry(MOVED, items)


SETTLED = moved(balance="117.95", fee="2.05", transit="-120.00")

BALANCE = Chapter(
    "Stripe's balance and its fees",
    (
        Row(
            "settled",
            "A payment of 120.00 reaches Stripe's balance, less a fee of 2.05.",
            (SETTLED,),
            "Nothing. It is matched with the payment.",
        ),
        Row(
            "settled_with_tax",
            "The same, and Stripe names a tax of 0.41 in its fee.",
            (moved(balance="117.54", fee="2.05", fee_tax="0.41", transit="-120.00"),),
            "Nothing. Check once that the account suits your tax return.",
        ),
        Row(
            "settled_late",
            "Stripe does not say yet what it kept of a payment.",
            (),
            "Nothing. Odoo asks again, and books it on the day that Stripe names.",
        ),
        Row(
            "settled_for_two_invoices",
            "Two payments of one customer reach the balance.",
            (SETTLED, moved(balance="58.85", fee="1.15", transit="-60.00")),
            "Nothing.",
        ),
        Row(
            "settled_in_closed_period",
            "Odoo hears of a movement in a period that you have closed.",
            (
                Entry(
                    "the first day that is open",
                    {"balance": "117.95", "fee": "2.05", "transit": "-120.00"},
                ),
            ),
            'Nothing. The report "Stripe Balance" names it until that day.',
        ),
        Row(
            "foreign_charge",
            "A payment that belongs to no invoice of Odoo's: a web shop's, say.",
            (moved(balance="98.25", fee="1.75", suspense="-100.00"),),
            "Match it with what it belongs to, or book it there.",
        ),
        Row(
            "stripe_fee",
            "Stripe charges 15.00 for one of its services.",
            (moved(balance="-15.00", fee="15.00"),),
            "Nothing. Stripe's invoice is the voucher.",
        ),
        Row(
            "stripe_tax",
            "Stripe charges a tax of 3.00 on its fees by itself.",
            (moved(balance="-3.00", fee_tax="3.00"),),
            "Nothing.",
        ),
        Row(
            "unknown_movement",
            "Stripe moves 7.00 for a reason that Odoo does not know.",
            (moved(balance="-7.00", suspense="7.00"),),
            "Say what it is: an activity on the Stripe account shows Stripe's words.",
        ),
    ),
)

PAYOUTS = Chapter(
    "Payouts",
    (
        Row(
            "payout",
            "Stripe pays its balance of 117.95 out to your bank.",
            (moved(balance="-117.95", transfer="117.95"),),
            "Nothing, until the bank shows it: see the next row.",
        ),
        Row(
            "payout_at_the_bank",
            "The bank shows the payout of 117.95, in a line that says “Stripe”.",
            (
                moved(balance="-117.95", transfer="117.95"),
                Entry(
                    "the day of the bank's line",
                    {"bank": "117.95", "transfer": "-117.95"},
                ),
            ),
            "Nothing: the line is booked and matched by itself, and nothing is left on "
            "the account. Where several lines would do, or its words or amount are "
            "others, book it on that account yourself. The list of payouts says which "
            "are not yet at the bank.",
        ),
        Row(
            "payout_failed",
            "Your bank sends a payout of 117.95 back.",
            (
                moved(balance="-117.95", transfer="117.95"),
                moved(balance="117.95", transfer="-117.95"),
            ),
            "Correct the bank account at Stripe. Both entries are matched.",
        ),
        Row(
            "payout_cancelled",
            "Somebody takes a manual payout of 50.00 back before it has left.",
            (
                moved(balance="-50.00", transfer="50.00"),
                moved(balance="50.00", transfer="-50.00"),
            ),
            "Nothing. Both entries are matched.",
        ),
        Row(
            "payout_reversed",
            "Stripe fetches a payout of 117.95 back from your bank.",
            (
                moved(balance="-117.95", transfer="117.95"),
                moved(balance="117.95", transfer="-117.95"),
            ),
            "The same as for the payout, for both lines of the bank.",
        ),
        Row(
            "payout_instant",
            "You have 100.00 paid out at once, for a fee of 1.00.",
            (moved(balance="-101.00", fee="1.00", transfer="100.00"),),
            "The same, when the bank shows it.",
        ),
        Row(
            "topup",
            "You send 200.00 from your bank to Stripe's balance.",
            (moved(balance="200.00", transfer="-200.00"),),
            "The same, when the bank shows it.",
        ),
    ),
)

REFUNDED = "the day on which the money left Stripe's balance"
BACK = "the day on which the money came back"
DECIDED = "the day that you choose"
CREDITED = "the day of the credit note"


def credit_note(amount: str) -> Entry:
    """Return the entry of a credit note without taxes."""
    return Entry(CREDITED, {"sales": amount, "receivable": f"-{amount}"})


def refund(amount: str) -> tuple[Entry, Entry]:
    """Return the entries of a refund: the payment, and Stripe's balance."""
    return (
        Entry(REFUNDED, {"receivable": amount, "transit": f"-{amount}"}),
        Entry(REFUNDED, {"balance": f"-{amount}", "transit": amount}),
    )


REFUND_BACK = (
    Entry(BACK, {"transit": "120.00", "receivable": "-120.00"}),
    Entry(BACK, {"balance": "120.00", "transit": "-120.00"}),
)

REFUNDS = Chapter(
    "Refunds and credit notes",
    (
        Row(
            "refund",
            "You confirm a credit note of 50.00 over a paid invoice, and let Stripe "
            "refund the payment.",
            (credit_note("50.00"), *refund("50.00")),
            "Nothing. Credit note, payment and balance are matched.",
        ),
        Row(
            "refund_in_the_dashboard",
            "Somebody refunds a payment of 120.00 in Stripe's dashboard, without a "
            "credit note.",
            (*refund("120.00"), credit_note("120.00")),
            "Check the draft credit note that Odoo proposes, and confirm it: then it "
            "is matched, and Stripe has a credit note, too. An activity asks.",
        ),
        Row(
            "refund_failed",
            "The same, and the bank sends the money back.",
            (*refund("120.00"), credit_note("120.00"), *REFUND_BACK),
            "Pay the customer in another way: the credit note is open again. An "
            "activity says why it failed.",
        ),
        Row(
            "refund_under_way",
            "A refund waits, because Stripe's balance has not enough for it.",
            (),
            "Nothing. It is booked when the money leaves.",
        ),
        Row(
            "refund_of_several_invoices",
            "A payment of 180.00 that has paid two invoices, of 120.00 and 60.00, is "
            "refunded in the dashboard.",
            (*refund("180.00"), credit_note("120.00"), credit_note("60.00")),
            "Check the draft credit notes, one for each invoice, and confirm them. Of "
            "a part of it, Stripe does not say which invoice is meant: correct what "
            "Odoo proposes.",
        ),
        Row(
            "refund_of_a_surplus",
            "You give back what a customer has paid twice: at Stripe and to your bank.",
            refund("120.00"),
            "Nothing. It is matched with the payment that nobody needed, and there is "
            "no credit note.",
        ),
        Row(
            "credit_without_money",
            "You confirm a credit note of 120.00 over a paid invoice, and no money "
            "moves at Stripe.",
            (credit_note("120.00"),),
            "Pay it from your bank, or match it with another invoice.",
        ),
        Row(
            "credit_note_voided",
            "A credit note over an open invoice is voided.",
            (),
            "Nothing: it is cancelled in Odoo, and the invoice asks for all of it.",
        ),
    ),
)

WITHDRAWN = moved(balance="-140.00", fee="20.00", dispute="120.00")
REINSTATED = moved(balance="120.00", dispute="-120.00")
REOPENED = Entry(DECIDED, {"receivable": "120.00", "dispute": "-120.00"})

DISPUTES = Chapter(
    "Disputes",
    (
        Row(
            "dispute_inquiry",
            "A bank asks about a payment. No money moves.",
            (),
            "Answer it, or refund the payment. An activity has the day on which the "
            "answer is due, and the link.",
        ),
        Row(
            "dispute",
            "A payment of 120.00 is disputed. Stripe withdraws it, and 20.00 as a fee.",
            (WITHDRAWN,),
            "Send your evidence in Stripe's dashboard; the activity has its day and "
            "the link. The invoice stays paid in Odoo and is marked as disputed.",
        ),
        Row(
            "dispute_won",
            "The dispute is won; Stripe gives the money back, not its fee.",
            (WITHDRAWN, REINSTATED),
            "Nothing.",
        ),
        Row(
            "dispute_won_with_fee",
            "The same, where Stripe gives its fee back, too.",
            (WITHDRAWN, moved(balance="140.00", fee="-20.00", dispute="-120.00")),
            "Nothing.",
        ),
        Row(
            "dispute_lost",
            "The dispute is lost.",
            (WITHDRAWN,),
            "Decide, with one click on the invoice: see the next two rows.",
        ),
        Row(
            "dispute_reopened",
            "You reopen the receivable of a lost dispute.",
            (WITHDRAWN, REOPENED),
            "Collect the invoice by other means, or credit it: it is open again, and "
            "the payment pays this entry.",
        ),
        Row(
            "dispute_written_off",
            "You write a lost dispute off.",
            (WITHDRAWN, Entry(DECIDED, {"bad_debt": "120.00", "dispute": "-120.00"})),
            "Nothing. The invoice stays paid. See to the tax, if your law lets you.",
        ),
        Row(
            "dispute_credited",
            "You reopen the receivable of a lost dispute, and issue a credit note.",
            (WITHDRAWN, REOPENED, credit_note("120.00")),
            "Nothing. The credit note is matched with the invoice, and Stripe has it "
            "without moving money.",
        ),
        Row(
            "dispute_of_several_invoices",
            "A payment of 180.00 that has paid two invoices, of 120.00 and 60.00, is "
            "disputed. It is lost, and you reopen the receivable.",
            (
                moved(balance="-200.00", fee="20.00", dispute="180.00"),
                Entry(DECIDED, {"receivable": "180.00", "dispute": "-180.00"}),
            ),
            "Nothing more: both invoices are open again. Of a part of it, Stripe does "
            "not say which invoice is meant: the dialog asks you.",
        ),
        Row(
            "dispute_reopened_and_won",
            "You have reopened the receivable, and the dispute is won after all.",
            (
                WITHDRAWN,
                REOPENED,
                REINSTATED,
                Entry(BACK, {"dispute": "120.00", "receivable": "-120.00"}),
            ),
            "Take the decision back with the button on the dispute. An activity asks.",
        ),
    ),
)

RETURNS = Chapter(
    "Payments that the bank took back",
    (
        Row(
            "debit_returned",
            "A debit of 120.00 is sent back days after it was paid: at Stripe, a "
            "dispute that is lost at once.",
            (WITHDRAWN, REOPENED),
            "Reopen the receivable or write it off, with one click. An activity says "
            "why the bank took it back.",
        ),
        Row(
            "payment_failed_late",
            "A payment of 120.00 fails after it had succeeded.",
            (
                moved(balance="-120.00", transit="120.00"),
                Entry(DECIDED, {"receivable": "120.00", "transit": "-120.00"}),
            ),
            "The same.",
        ),
    ),
)

CONVERTED_DISPUTE = moved(balance="-130.40", fee="20.00", dispute="110.40")

CURRENCIES = Chapter(
    "Other currencies",
    (
        Row(
            "converted",
            "An invoice of 120.00 dollars, which were worth 100.00 when it was paid: "
            "Stripe turns them into 110.40 and keeps 3.84.",
            (
                Entry(PAID, {"transit": "100.00", "receivable": "-100.00"}),
                moved(balance="106.56", fee="3.84", transit="-110.40"),
                Entry(MOVED, {"transit": "10.40", "exchange_gain": "-10.40"}),
            ),
            "Nothing. The rate is Stripe's, and Odoo books the difference.",
        ),
        Row(
            "kept_in_dollars",
            "An invoice of 120.00 dollars, and Stripe keeps dollars for you: 115.85 "
            "of them, less 4.15 for itself. In euros, at Odoo's rate of 1.20:",
            (
                Entry(PAID, {"transit": "100.00", "receivable": "-100.00"}),
                moved(balance_usd="96.54", fee="3.46", transit="-100.00"),
            ),
            "Nothing. Dollars have a journal of their own.",
        ),
        Row(
            "converted_refund",
            "An invoice of 120.00 dollars that Stripe has turned into 110.40 is "
            "refunded in the dashboard.",
            (
                Entry(REFUNDED, {"receivable": "100.00", "transit": "-100.00"}),
                Entry(REFUNDED, {"balance": "-110.40", "transit": "110.40"}),
                Entry(REFUNDED, {"exchange_loss": "10.40", "transit": "-10.40"}),
                Entry(CREDITED, {"sales": "100.00", "receivable": "-100.00"}),
            ),
            "Check the draft credit note, and confirm it. Odoo takes the gain back.",
        ),
        Row(
            "converted_dispute",
            "The payment of such an invoice is disputed: Stripe withdraws 110.40, and "
            "20.00 as a fee.",
            (CONVERTED_DISPUTE,),
            "Send your evidence in Stripe's dashboard; an activity asks.",
        ),
        Row(
            "converted_dispute_won",
            "That dispute is won.",
            (CONVERTED_DISPUTE, moved(balance="110.40", dispute="-110.40")),
            "Nothing.",
        ),
        Row(
            "converted_dispute_won_at_another_rate",
            "That dispute is won, and Stripe gives 108.00 back, because the dollar has "
            "fallen.",
            (
                CONVERTED_DISPUTE,
                moved(balance="108.00", dispute="-108.00"),
                Entry(MOVED, {"exchange_loss": "2.40", "dispute": "-2.40"}),
            ),
            "Nothing. Odoo books the difference.",
        ),
        Row(
            "converted_dispute_reopened",
            "That dispute is lost, and you reopen the receivable.",
            (
                CONVERTED_DISPUTE,
                Entry(DECIDED, {"receivable": "110.40", "dispute": "-110.40"}),
                Entry(DECIDED, {"exchange_loss": "10.40", "receivable": "-10.40"}),
            ),
            "Collect the 120.00 dollars by other means. Odoo takes the gain back.",
        ),
        Row(
            "converted_dispute_written_off",
            "That dispute is lost, and you write it off.",
            (
                CONVERTED_DISPUTE,
                Entry(DECIDED, {"bad_debt": "110.40", "dispute": "-110.40"}),
            ),
            "Nothing. What is gone is what Stripe has withdrawn.",
        ),
        Row(
            "dispute_in_dollars",
            "A payment of 120.00 dollars that Stripe keeps for you is disputed: Stripe "
            "withdraws them, and 20.00 dollars as a fee. In euros, at Odoo's rate:",
            (moved(balance_usd="-116.67", fee="16.67", dispute="100.00"),),
            "Send your evidence in Stripe's dashboard; an activity asks.",
        ),
    ),
)

CREDIT = Chapter(
    "Credit and small amounts",
    (
        Row(
            "credit_used",
            "The customer has a credit of 10.00 at Stripe, because he once paid too "
            "much. Stripe uses it for an invoice of 120.00; he pays the rest.",
            (payment("110.00"),),
            "Nothing. The credit is matched with the invoice when Stripe uses it.",
        ),
        Row(
            "too_small",
            "An invoice of 10.20, and a credit of 10.00: the 0.20 are too small to "
            "charge. Stripe asks for them with the next invoice, of 120.00, which the "
            "customer pays.",
            (payment("120.20"),),
            "Nothing. Leave the rest of the first invoice open: the payment pays both.",
        ),
        Row(
            "one_transfer",
            "One transfer of 180.00 pays two invoices, of 120.00 and 60.00.",
            (payment("120.00"), payment("60.00")),
            "Nothing. Each invoice has its payment.",
        ),
    ),
)

CHAPTERS = (
    PAYMENTS,
    CREDIT,
    REFUNDS,
    DISPUTES,
    RETURNS,
    BALANCE,
    PAYOUTS,
    CURRENCIES,
)
