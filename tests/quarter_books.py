"""The end of a quarter: the books, compared with Stripe account by account."""

from collections import Counter


class Books:
    """What Odoo has booked in a quarter, and what Stripe says of it.

    Amounts are in minor units, by currency, as Stripe writes both.

    :param case: a ``MovementsCommon``
    :param quarter: a ``Quarter`` that was played
    """

    def __init__(self, case, quarter):
        self.case = case
        self.affairs = quarter.affairs
        self.decided = set().union(*(one.decided for one in quarter.affairs))
        self.accounts = case.accounts()
        self.movements = self.all_of("balance_transactions")

    def check(self):
        """Assert that the books are Stripe's, and nothing is there twice."""
        self.check_balance()
        self.check_fees()
        self.check_disputes()
        self.check_payouts()
        self.check_nothing_is_left_in_transit()
        self.check_nothing_twice()
        for affair in self.affairs:
            self.check_receivable(affair)

    def shown(self):
        """Return the books: the balance and the open items of each account.

        But not which payout has which money: at Stripe, a second more or less decides
        it. :meth:`check_payouts` compares each of them with Stripe's.
        """
        transfer = self.accounts["transfer"]
        return {
            account.display_name: (
                # Zero has no sign.
                round(sum(own.mapped("balance")), 2) or 0.0,
                sorted(self.open_items(own)) if account != transfer else [],
            )
            for account, own in self.items([]).grouped("account_id").items()
        }

    # === WHAT STRIPE SAYS === #

    def all_of(self, path, **params):
        """Return all objects that Stripe lists, newest first."""
        found, more = [], True
        while more:
            after = {"starting_after": found[-1]["id"]} if found else {}
            page = self.case.simulator.api(path, limit=100, **params, **after)
            found += page["data"]
            more = page["has_more"]
        return found

    def moved(self, amount_of, *categories):
        """Return a sum over the movements of these categories, or of all."""
        total = Counter()
        for one in self.movements:
            if not categories or one["reporting_category"] in categories:
                total[one["currency"]] += amount_of(one)
        return self.not_zero(total)

    def not_zero(self, amounts):
        return {currency: amount for currency, amount in amounts.items() if amount}

    # === WHAT ODOO SAYS === #

    def items(self, domain):
        """Return posted journal items."""
        domain = [*domain, ("parent_state", "=", "posted")]
        return self.case.env["account.move.line"].search(domain)

    def booked_on(self, account):
        """Return the balance of an account."""
        total = Counter()
        for item in self.items([("account_id", "=", account.id)]):
            total[item.currency_id.name.lower()] += round(item.amount_currency * 100)
        return self.not_zero(total)

    def open_items(self, items):
        """Return what is open, as currency, both residuals, and customer."""
        return [
            (
                item.currency_id.name,
                round(item.amount_residual, 2),
                round(item.amount_residual_currency, 2),
                item.partner_id.name or "",
            )
            for item in items
            if item.account_id.reconcile and not item.reconciled
        ]

    # === THE COMPARISON === #

    def check_balance(self):
        """Assert that each journal has what Stripe holds, and the proof says so."""
        case = self.case
        balance = case.simulator.api("balance")
        held = Counter()
        for part in balance["available"] + balance["pending"]:
            held[part["currency"]] += part["amount"]
        booked = Counter()
        for row in case.account.balance_ids:
            case.assertEqual((row.difference, row.missing), (0, 0), row.explanation)
            booked.update(self.booked_on(row.journal_id.default_account_id))
        case.assertEqual(self.not_zero(booked), self.not_zero(held))
        case.assertEqual(self.moved(lambda one: one["net"]), self.not_zero(held))

    def check_fees(self):
        def fee(movement):
            own = -movement["amount"] if movement["type"] == "stripe_fee" else 0
            return movement["fee"] + own

        self.case.assertEqual(
            self.booked_on(self.accounts["fee"]), self.moved(fee), "Fees"
        )

    def check_disputes(self):
        """Assert that only what is lost and not decided yet is left.

        In the currency in which it was paid, and worth what Stripe has withdrawn.
        """

        def undecided(movement):
            return 0 if movement["source"] in self.decided else -movement["amount"]

        account = self.accounts["dispute"]
        expected = Counter()
        for one in self.all_of("disputes"):
            if one["id"] not in self.decided:
                amounts = [moved["amount"] for moved in one["balance_transactions"]]
                times = sum(1 if amount < 0 else -1 for amount in amounts)
                expected[one["currency"]] += times * one["amount"]
        booked = self.booked_on(account)
        self.case.assertEqual(booked, self.not_zero(expected), "Disputes")
        items = self.items([("account_id", "=", account.id)])
        converted = items.filtered(lambda item: item.currency_id.name != "USD")
        worth = self.moved(undecided, "dispute", "dispute_reversal").get("eur", 0)
        self.case.assertEqual(round(sum(converted.mapped("balance")) * 100), worth)
        lost = [one for one in self.affairs if one.kind == "dispute_lost"]
        left = self.open_items(items)
        self.case.assertEqual(len(left), len(lost), left)

    def check_payouts(self):
        """Assert that each payout waits for the bank's line, and its items are all."""
        case = self.case
        account = self.accounts["transfer"]
        items = self.items([("account_id", "=", account.id)])
        waiting = Counter(
            (item.currency_id.name.lower(), round(item.amount_residual_currency * 100))
            for item in items
            if not item.reconciled
        )
        paid = Counter(
            (one["currency"], one["amount"]) for one in self.all_of("payouts")
        )
        case.assertEqual(waiting, paid, "Payouts")
        payouts = case.env["stripe.payout"].search([])
        case.assertEqual(len(payouts), paid.total())
        case.assertEqual(set(payouts.mapped("proof")), {"exact"})

    def check_nothing_is_left_in_transit(self):
        account = self.accounts["transit"]
        left = self.open_items(self.items([("account_id", "=", account.id)]))
        self.case.assertEqual(left, [], "In transit")

    def check_nothing_twice(self):
        """Assert that each payment, refund and movement is booked once."""
        case = self.case
        payments = case.env["account.payment"].search([("stripe_ref", "!=", False)])
        booked = Counter(payments.mapped("stripe_ref"))
        received = [
            one["id"]
            for one in self.all_of("invoice_payments")
            if one["status"] == "paid" and one["payment"]["type"] == "payment_intent"
        ]
        refunded = [one["id"] for one in self.all_of("refunds")]
        case.assertEqual(booked, Counter(received + refunded))
        lines = case.env["account.bank.statement.line"].search(
            [("journal_id", "in", case.account.balance_ids.journal_id.ids)]
        )
        moved = Counter(one["id"] for one in self.movements)
        case.assertEqual(Counter(lines.mapped("ref")), moved)

    def check_receivable(self, affair):
        """Assert that a customer owes what Stripe says, and what was decided here."""
        case = self.case
        account = affair.partner.property_account_receivable_id
        items = self.items(
            [("account_id", "=", account.id), ("partner_id", "=", affair.partner.id)]
        )
        residual = round(sum(items.mapped("amount_residual_currency")) * 100)
        expected = affair.beyond
        customers = set()
        for move in affair.moves:
            invoice = case.simulator.api(f"invoices/{move.stripe_ref}")
            customers.add(invoice["customer"])
            if invoice["status"] != "void":
                expected += invoice["amount_remaining"]
        for customer in customers:
            expected += case.simulator.api(f"customers/{customer}")["balance"]
        case.assertEqual(residual, expected, affair.partner.name)
        # What is settled in its currency is settled in that of the books.
        if not residual:
            case.assertEqual(self.open_items(items), [], affair.partner.name)
