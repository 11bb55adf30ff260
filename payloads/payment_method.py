"""With what an invoice can be paid: only what currency, country and amount allow.

Source of currencies and countries of the business:
https://docs.stripe.com/payments/payment-methods/payment-method-support and
https://docs.stripe.com/invoicing/payment-methods. What is not documented is not judged
here: Stripe knows more, and says so.
"""

from decimal import Decimal
from typing import Any, NamedTuple

Json = dict[str, Any]


class Method(NamedTuple):
    """What is documented of a payment method; empty means no restriction.

    ``currencies`` are ISO 4217 codes, ``countries`` are the ISO 3166 codes of where the
    Stripe account is, ``least`` and ``most`` are amounts in major units.
    """

    currencies: str = ""
    countries: str = ""
    least: Decimal | None = None
    most: Decimal | None = None

    def takes(self, currency: str, country: str, total: Decimal) -> bool:
        """Tell whether an invoice can be paid with it.

        :param country: of the Stripe account; empty if unknown
        :param total: in major units
        """
        return (
            (not self.currencies or currency in self.currencies.split())
            and (not self.countries or not country or country in self.countries.split())
            and (self.least is None or total >= self.least)
            and (self.most is None or total <= self.most)
        )


METHODS: dict[str, Method] = {
    "card": Method(),
    "link": Method(),
    "customer_balance": Method("EUR GBP JPY MXN USD"),
    "sepa_debit": Method("EUR"),
    "acss_debit": Method("CAD USD", "CA US"),
    # Source: https://docs.stripe.com/payments/affirm
    "affirm": Method("CAD USD", "CA US", Decimal(50), Decimal(30_000)),
    "alipay": Method("AUD CAD CNY EUR GBP HKD JPY MYR NZD SGD USD"),
    "amazon_pay": Method(),
    "au_becs_debit": Method("AUD", "AU"),
    "bacs_debit": Method("GBP", "GB"),
    "bancontact": Method("EUR"),
    "billie": Method("EUR GBP"),
    "blik": Method("PLN"),
    # Source: https://docs.stripe.com/payments/boleto
    "boleto": Method("BRL", "BR", Decimal(5), Decimal("49999.99")),
    "cashapp": Method("USD", "US"),
    "eps": Method("EUR"),
    "fpx": Method("MYR", "MY"),
    "grabpay": Method("MYR SGD", "MY SG"),
    "ideal": Method("EUR"),
    "kakao_pay": Method("KRW"),
    "klarna": Method(),
    # Source: https://docs.stripe.com/payments/konbini
    "konbini": Method("JPY", "JP", Decimal(120), Decimal(300_000)),
    "kr_card": Method("KRW"),
    "mb_way": Method("EUR"),
    "multibanco": Method("EUR"),
    "naver_pay": Method("KRW"),
    "nz_bank_account": Method("NZD", "NZ"),
    "p24": Method("EUR PLN"),
    "pay_by_bank": Method("EUR GBP"),
    "payco": Method("KRW"),
    "paynow": Method("SGD", "SG"),
    "paypal": Method(),
    "payto": Method("AUD", "AU"),
    "pix": Method("BRL"),
    "promptpay": Method("THB", "TH"),
    "revolut_pay": Method(),
    "satispay": Method("EUR"),
    "sequra": Method(),
    "swish": Method("SEK"),
    "twint": Method("CHF"),
    "upi": Method("INR"),
    "us_bank_account": Method("USD", "US"),
    "wechat_pay": Method(),
}

# Source: https://docs.stripe.com/invoicing/bank-transfer
_TRANSFERS = {
    "EUR": "eu_bank_transfer",
    "GBP": "gb_bank_transfer",
    "JPY": "jp_bank_transfer",
    "MXN": "mx_bank_transfer",
    "USD": "us_bank_transfer",
}
# Where Stripe has virtual IBANs, and which it gives to all others.
_IBAN_COUNTRIES = frozenset("BE DE ES FR IE NL".split())
_IBAN_COUNTRY = "IE"


def payment_settings(types: tuple[str, ...], currency: str, country: str) -> Json:
    """Return Stripe's ``payment_settings`` of an invoice for these payment methods.

    :param types: Stripe's names, at least one
    :param country: of the Stripe account; empty if unknown
    """
    settings = {"payment_method_types": list(types)}
    return settings | method_options(types, currency, country)


def method_options(types: tuple[str, ...], currency: str, country: str) -> Json:
    """Return ``payment_method_options``, empty if none of these methods needs any.

    A bank transfer has to say where the virtual account is.

    :param types: Stripe's names
    :param country: of the Stripe account; empty if unknown
    """
    if "customer_balance" not in types:
        return {}
    kind = _TRANSFERS[currency]
    transfer: Json = {"type": kind}
    if kind == "eu_bank_transfer":
        iban = country if country in _IBAN_COUNTRIES else _IBAN_COUNTRY
        transfer[kind] = {"country": iban}
    options = {"funding_type": "bank_transfer", "bank_transfer": transfer}
    return {"payment_method_options": {"customer_balance": options}}
