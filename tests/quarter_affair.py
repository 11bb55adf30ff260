"""What becomes of a customer's invoice in a quarter: one kind of trouble each."""

import random

# Each moves the balance with another fee.
CARDS = ("4000 0025 0000 0003", "4242 4242 4242 4242")
BOUNCING = "DE62370400440532013001"
EVERYWHERE = ("EUR", "USD", "GBP")
# Debits and bank transfers are in euros.
EUROS = ("EUR",)


class Affair:
    """A customer, his invoices, and what happens to them.

    Each kind of trouble is a method: between two of its steps, a week goes by. Nothing
    in it depends on whether Odoo has heard of the step before, but what a person does
    who read of it.

    :param case: a ``MovementsCommon``
    :param int number: the same seed and number give the same affair
    :param str kind: one of :data:`KINDS`
    """

    def __init__(self, case, seed, number, kind):
        self.case = case
        self.kind = kind
        self.dice = random.Random(f"{seed} {number}")
        code = self.dice.choice(KINDS[kind])
        self.currency = case.env.ref(f"base.{code}")
        self.taxes = self.dice.choice([case.no_tax, case.tax_sale_a])
        self.number = self.dice.choice(CARDS)
        name = f"Customer {number}: {kind}"
        self.partner = case.partner_a.copy({"name": name})
        self.moves = case.env["account.move"]
        # What Odoo's books ask of the customer beyond what Stripe does, minor units.
        self.beyond = 0
        # Charges and disputes of which a person has decided what becomes of them.
        self.decided = set()
        self.steps = getattr(self, kind)()

    # === WHAT A STEP CAN DO === #

    def invoice(self, price=None):
        """Return a confirmed invoice; the worker has not seen it yet."""
        if price is None:
            price = self.dice.randrange(2000, 90000) / 100
        move = self.case.make_invoice(
            price=price,
            taxes=self.taxes,
            partner=self.partner,
            invoice_date=False,
            currency_id=self.currency.id,
        )
        self.moves += move
        return move

    def pay(self, move, amount=None, **how):
        """Let the customer pay at Stripe: all that is left, or so many minor units."""
        if amount:
            how["amount"] = amount
        if how.get("method", "card") == "card":
            how = {"number": self.number, **how}
        self.case.pay(move, **how)

    def at_stripe(self, move, act, **body):
        """Let something happen to an invoice in the dashboard."""
        return self.case.simulator.control(f"invoices/{move.stripe_ref}/{act}", body)

    def decide(self, source, ref, choice="reopen", **values):
        """Decide what becomes of a payment that was taken back."""
        self.case.decide(source, choice, **values)
        self.decided.add(ref)

    def minor(self, amount):
        return round(amount * 100)

    def share(self, move):
        """Return a part of what an invoice asks for, in minor units."""
        return self.minor(move.amount_total) * self.dice.randrange(20, 80) // 100

    def part(self, move):
        """Return a part of the price of an invoice."""
        return round(move.amount_untaxed * self.dice.randrange(20, 80) / 100, 2)

    # === PAYMENTS === #

    def paid(self):
        """It is paid by card."""
        move = self.invoice()
        yield
        self.pay(move)

    def paid_in_part(self):
        """A part of it is paid."""
        move = self.invoice()
        yield
        self.pay(move, self.share(move))

    def paid_in_two(self):
        """It is paid in two parts."""
        move = self.invoice()
        yield
        self.pay(move, self.share(move))
        yield
        self.pay(move)

    def paid_too_much(self):
        """A transfer is 10.00 too much, and nobody uses them."""
        move = self.invoice()
        yield
        self.overpay(move)

    def overpay(self, move):
        amount = self.minor(move.amount_total) + 1000
        self.pay(move, amount, method="customer_balance")

    def credit_used(self):
        """A transfer is 10.00 too much, and the next invoice uses them."""
        move = self.invoice()
        yield
        self.overpay(move)
        yield
        move = self.invoice()
        yield
        self.pay(move)

    def paid_twice(self):
        """It is paid at Stripe, and to the bank before Odoo has heard of that."""
        move = self.invoice()
        yield
        self.pay_twice(move)
        self.beyond -= self.minor(move.amount_total)
        yield
        move.action_stripe_keep_surplus()

    def pay_twice(self, move):
        self.pay(move)
        self.case.register(move, move.amount_residual)

    def paid_twice_and_refunded(self):
        """The same, and Stripe's payment is given back."""
        move = self.invoice()
        yield
        self.pay_twice(move)
        yield
        self.at_stripe(move, "refund")

    def paid_to_the_bank(self):
        """It is paid to the bank, and Odoo tells Stripe."""
        move = self.invoice()
        yield
        self.case.register(move, move.amount_residual)

    def paid_out_of_band(self):
        """Somebody marks it as paid in the dashboard, and registers it in Odoo."""
        move = self.invoice()
        yield
        self.at_stripe(move, "mark_paid")
        yield
        self.case.register(move, move.amount_residual)

    def declined(self):
        """A card is declined, another one is not."""
        move = self.invoice()
        yield
        self.case.pay(move, outcome="decline")
        yield
        self.pay(move)

    def debit(self):
        """A debit takes days."""
        move = self.invoice()
        yield
        self.pay(move, method="sepa_debit", outcome="processing")

    def debit_bounced(self):
        """A debit is refused days later; a card pays."""
        move = self.invoice()
        yield
        self.pay(move, method="sepa_debit", outcome="processing", number=BOUNCING)
        yield
        self.pay(move)

    def nothing_to_pay(self):
        """It asks for nothing."""
        self.invoice(price=0.0)
        yield

    # === WHAT BECOMES OF AN OPEN INVOICE === #

    def void(self):
        """Its cancellation is requested."""
        move = self.invoice()
        yield
        move.action_stripe_void()

    def uncollectible_and_paid(self):
        """It is given up in the dashboard, and paid after all."""
        move = self.invoice()
        yield
        self.at_stripe(move, "mark_uncollectible")
        yield
        self.pay(move)

    def credited_and_paid(self):
        """A credit note is issued for a part, the rest is paid."""
        move = self.invoice()
        yield
        self.case.credit(move, price=self.part(move))
        yield
        self.pay(move)

    # === REFUNDS AND CREDIT NOTES === #

    def paid_before(self):
        """Return an invoice that is paid."""
        move = self.invoice()
        yield
        self.pay(move)
        yield
        return move

    def refunded_in_part(self):
        """A credit note over a part gives the money back."""
        move = yield from self.paid_before()
        self.case.credit(move, means="refund", price=self.part(move))

    def refunded_in_the_dashboard(self):
        """All of it is refunded in the dashboard; the credit note is confirmed."""
        move = yield from self.paid_before()
        self.at_stripe(move, "refund")
        yield
        move.reversal_move_ids.action_post()

    def credited_without_money(self):
        """A credit note over a part of a paid invoice moves nothing at Stripe."""
        move = yield from self.paid_before()
        credit = self.case.credit(move, price=self.part(move))
        self.beyond -= self.minor(credit.amount_total)

    def credited_to_the_balance(self):
        """A credit note becomes the customer's credit, which pays the next invoice."""
        move = yield from self.paid_before()
        self.case.credit(move, means="balance", price=self.part(move))
        yield
        move = self.invoice(price=move.amount_untaxed)
        yield
        self.pay(move)

    # === WHAT THE BANK TAKES BACK === #

    def disputed(self, outcome):
        """Return an invoice whose payment is disputed, and the dispute closed."""
        move = yield from self.paid_before()
        dispute = self.at_stripe(move, "dispute")
        yield
        path = f"disputes/{dispute['id']}/close"
        self.case.simulator.control(path, {"outcome": outcome})
        yield
        return move

    def dispute_won(self):
        """A dispute is won."""
        yield from self.disputed("won")

    def dispute_lost(self):
        """A dispute is lost, and nobody has decided yet."""
        yield from self.disputed("lost")

    def dispute_reopened(self):
        """A dispute is lost, and the receivable reopened."""
        move = yield from self.disputed("lost")
        self.reopen(move)

    def reopen(self, move):
        dispute = self.case.row(move)
        self.decide(dispute, dispute.stripe_id)
        self.beyond += self.minor(move.amount_total)

    def dispute_written_off(self):
        """A dispute is lost, and written off."""
        move = yield from self.disputed("lost")
        dispute = self.case.row(move)
        account = self.case.bad_debt()
        self.decide(dispute, dispute.stripe_id, "write_off", account_id=account.id)

    def debit_returned(self):
        """A debit is sent back after it was paid, and the receivable reopened."""
        move = self.invoice()
        yield
        self.pay(move, method="sepa_debit")
        yield
        self.at_stripe(move, "return")
        yield
        self.reopen(move)

    def failed_late(self):
        """A payment fails after it had succeeded, and the receivable is reopened."""
        move = yield from self.paid_before()
        payment = self.case.payment_of(move)
        self.case.simulator.control(f"charges/{payment.stripe_charge}/fail", {})
        yield
        self.decide(payment, payment.stripe_charge)
        self.beyond += self.minor(move.amount_total)


KINDS = {
    "paid": EVERYWHERE,
    "paid_in_part": EVERYWHERE,
    "paid_in_two": EVERYWHERE,
    "paid_too_much": EUROS,
    "credit_used": EUROS,
    "paid_twice": EVERYWHERE,
    "paid_twice_and_refunded": EVERYWHERE,
    "paid_to_the_bank": EVERYWHERE,
    "paid_out_of_band": EVERYWHERE,
    "declined": EVERYWHERE,
    "debit": EUROS,
    "debit_bounced": EUROS,
    "nothing_to_pay": EVERYWHERE,
    "void": EVERYWHERE,
    "uncollectible_and_paid": EVERYWHERE,
    "credited_and_paid": EVERYWHERE,
    "refunded_in_part": EVERYWHERE,
    "refunded_in_the_dashboard": EVERYWHERE,
    "credited_without_money": EVERYWHERE,
    "credited_to_the_balance": EVERYWHERE,
    "dispute_won": EVERYWHERE,
    "dispute_lost": EVERYWHERE,
    "dispute_reopened": EVERYWHERE,
    "dispute_written_off": EVERYWHERE,
    "debit_returned": EUROS,
    "failed_late": EVERYWHERE,
}
"""Kind of trouble → currencies in which it happens."""
