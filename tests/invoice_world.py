"""Companies with the charts of several countries, and what their invoices take."""

from odoo import Command

from ..stripe_api.money import THREE_DECIMAL, TWO_DECIMAL, ZERO_DECIMAL
from .invoice_recipe import CHARTS, CUSTOMERS

COUNTRIES = {
    "generic_coa": "US",
    "fr": "FR",
    "be_comp": "BE",
    "de_skr03": "DE",
    "ch": "CH",
    "us": "US",
}
# Every currency of Stripe's, and three that it does not have.
CURRENCIES = sorted(ZERO_DECIMAL | TWO_DECIMAL | THREE_DECIMAL | {"CUP", "IRR", "SVC"})
CONTACTS = {
    "home": {"name": "Home Ltd", "street": "1 Main Street", "city": "Here"},
    "home_vat": {"name": "Registered Ltd", "street": "2 Main Street", "vat": "/"},
    "german_vat": {"name": "Grün & Söhne GmbH", "country": "DE", "vat": "DE123456788"},
    "french_vat": {
        "name": "Société Générale d’Éclairage",
        "country": "FR",
        "vat": "FR23334175221",
        "lang": "fr_FR",
    },
    "belgian_vat": {"name": "Chocolaterie", "country": "BE", "vat": "BE0477472701"},
    "swiss": {"name": "Käse AG", "country": "CH", "city": "Zürich", "zip": "8001"},
    "american": {"name": "Yankee Inc.", "country": "US", "zip": "10001"},
    "japanese": {"name": "株式会社さくら", "country": "JP", "city": "東京"},
    "egyptian": {"name": "شركة النيل", "country": "EG", "city": "القاهرة"},
    "long": {"name": "Long 🙂 " * 60, "street": "Street " * 60, "country": "US"},
    "without_email": {"name": "Silent", "email": False, "country": "FR"},
}
TERMS = {
    "30 days": {"parts": [(100, 30)]},
    "two parts": {"parts": [(30, 0), (70, 60)]},
    "three parts": {"parts": [(33.33, 10), (33.33, 40), (33.34, 400)]},
    "early included": {"parts": [(100, 30)], "early": "included"},
    "early excluded": {"parts": [(100, 30)], "early": "excluded"},
    "early mixed": {"parts": [(100, 30)], "early": "mixed"},
}
# Beside the taxes of the charts: what they do not have, and what is rare.
EXTRA_TAXES = {
    "25.5 %": {"amount": 25.5},
    "8.8875 %": {"amount": 8.8875},
    "Withheld 15 %": {"amount": -15},
    "Division 18 %": {"amount": 18, "amount_type": "division"},
    "Luxury 120 %": {"amount": 120},
    "Fixed 0.13": {"amount": 0.13, "amount_type": "fixed"},
    "Fixed 1, taxed": {
        "amount": 1,
        "amount_type": "fixed",
        "include_base_amount": True,
        "sequence": -5,
    },
    "Included 20 %": {"amount": 20, "price_include_override": "tax_included"},
    "Included 5.5 %": {"amount": 5.5, "price_include_override": "tax_included"},
    "Exempt": {"amount": 0},
}


class World:
    """The companies, and what their invoices are made of.

    :param case: a ``StripeInvoiceCommon`` class, set up
    """

    def __init__(self, case):
        self.case = case
        self.product = case.product_a
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True}
        self.env = case.env(su=True, context={**case.env.context, **quiet})
        self.currencies = self._currencies()
        self.env.ref("uom.decimal_product_uom").digits = 4
        self.contacts = {name: self._contact(name) for name in set(CUSTOMERS)}
        self.companies = {chart: self._company(chart) for chart in CHARTS}
        self.env.user.company_ids += self.env["res.company"].concat(
            *self.companies.values()
        )
        self.taxes = {chart: self._taxes(chart) for chart in CHARTS}
        self.terms = {name: self._term(name, **how) for name, how in TERMS.items()}
        self.terms["end of month"] = self.env["account.payment.term"].create(
            {
                "name": "End of following month",
                "line_ids": [
                    Command.create(
                        {
                            "value_amount": 100,
                            "delay_type": "days_after_end_of_next_month",
                        }
                    )
                ],
            }
        )

    def tax_names(self):
        return {chart: list(taxes) for chart, taxes in self.taxes.items()}

    # === WHAT IS MADE ONCE === #

    def _currencies(self):
        """Return every currency by its code, all in use and with a rate."""
        every = self.env["res.currency"].with_context(active_test=False)
        found = {row.name: row for row in every.search([("name", "in", CURRENCIES)])}
        for code in CURRENCIES:
            if code not in found:
                found[code] = every.create({"name": code, "symbol": code})
        rows = every.concat(*found.values())
        rows.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": row.id, "name": "2020-01-01", "rate": 1 + at / 7}
                for at, row in enumerate(rows)
            ]
        )
        return found

    def _contact(self, name):
        values = dict(CONTACTS[name])
        country = values.pop("country", False)
        if country:
            values["country_id"] = self.env.ref(f"base.{country.lower()}").id
        email = f"{name}@example.com"
        return self.env["res.partner"].create({"email": email, **values})

    def _company(self, chart):
        country = self.env.ref(f"base.{COUNTRIES[chart].lower()}")
        company = self.env["res.company"].create(
            {
                "name": f"Company {chart}",
                "country_id": country.id,
                "currency_id": country.currency_id.id,
            }
        )
        loader = self.env["account.chart.template"]
        loader.try_loading(chart, company=company, install_demo=False)
        company.currency_id = country.currency_id
        company.stripe_invoice = True
        self.case.connect(company)
        # Stripe has one account here, and takes each number only once.
        self.sales(company).code = f"I{CHARTS.index(chart)}"
        return company

    def sales(self, company):
        """Return the journal in which a company invoices."""
        domain = [("type", "=", "sale"), ("company_id", "=", company.id)]
        return self.env["account.journal"].search(domain, limit=1)

    def _taxes(self, chart):
        """Return the sale taxes of a company, its chart's and others, by a name."""
        company = self.companies[chart]
        taxes = self.env["account.tax"].with_context(active_test=False)
        domain = [("company_id", "=", company.id), ("type_tax_use", "=", "sale")]
        found = taxes.search(domain)
        # Those that are due on payment cannot be on a line with others.
        found.tax_exigibility = "on_invoice"
        # Some charts have several of one name.
        named = {f"{tax.name} #{at}": tax for at, tax in enumerate(found)}
        for name, values in EXTRA_TAXES.items():
            named[name] = taxes.create(self._tax_values(company, name, **values))
        named["Group"] = taxes.create(
            {
                **self._tax_values(company, "Group", amount_type="group"),
                "children_tax_ids": (named["25.5 %"] + named["Fixed 0.13"]).ids,
            }
        )
        named["Reverse charge"] = taxes.create(self._reverse_charge(company))
        return named

    def _tax_values(self, company, name, **values):
        return {
            "name": name,
            "invoice_label": name,
            "amount_type": "percent",
            "type_tax_use": "sale",
            "company_id": company.id,
            "country_id": company.account_fiscal_country_id.id,
            "price_include_override": "tax_excluded",
            **values,
        }

    def _reverse_charge(self, company):
        parts = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "factor_percent": 100}),
            Command.create({"repartition_type": "tax", "factor_percent": -100}),
        ]
        return {
            **self._tax_values(company, "Reverse charge", amount=21),
            "invoice_repartition_line_ids": parts,
            "refund_repartition_line_ids": parts,
        }

    def _term(self, name, parts, early=None):
        values = {
            "name": name,
            "line_ids": [
                Command.create({"value_amount": part, "nb_days": days})
                for part, days in parts
            ],
        }
        if early:
            values |= {
                "early_discount": True,
                "discount_percentage": 2.5,
                "discount_days": 10,
                "early_pay_discount_computation": early,
            }
        return self.env["account.payment.term"].create(values)

    # === WHAT IS MADE FOR EACH BATCH === #

    def set_up(self, settings, roundings):
        """Let the companies, and the currencies that somebody changed, be so.

        :param dict settings: ``Setting`` by chart
        :param dict roundings: what the rounding is multiplied by, by currency
        """
        for chart, setting in settings.items():
            company = self.companies[chart]
            company.tax_calculation_rounding_method = setting.rounding
            company.stripe_account_id.write(
                {"tz": setting.zone, "group_lines": setting.group_lines}
            )
        own = self.env["res.currency"].concat(
            *(company.currency_id for company in self.companies.values())
        )
        for code, factor in roundings.items():
            currency = self.currencies[code]
            if currency not in own:
                currency.rounding = max(currency.rounding * factor, 0.000001)
