"""The form by which a customer pays on the hosted page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from simulator.pages import html
from simulator.pages.texts import Words

TEST_CARD = "4242 4242 4242 4242"
TEST_IBAN = "DE89 3704 0044 0532 0130 00"

FIELD = Markup(
    '<div class="field {size}"><label for="{name}">{label}</label>'
    '<input id="{name}" name="{name}" value="{value}" autocomplete="{complete}"'
    ' inputmode="{mode}" maxlength="40"></div>'
)

METHOD = Markup(
    '<div class="method"><label class="choice">'
    '<input type="radio" name="method" id="method_{name}" value="{name}"{checked}>'
    "<span>{label}</span></label>"
    '<div class="fields">{fields}</div></div>'
)

FORM = Markup("""<h2>{title}</h2>{alert}
<form method="post" action="{action}" id="payment-form">
<fieldset class="methods"><legend class="label">{pay_with}</legend>{methods}</fieldset>
<button class="primary" type="submit" id="pay" name="action" value="pay">{pay}</button>
{helper}
</form>
<p class="small centre" style="margin-top:16px">{secure}</p>""")

HELPER = Markup("""<div class="helper"><span>{cards}</span>
<button class="plain" type="submit" id="decline" name="action" value="decline">{decline}
</button></div>""")


@dataclass(frozen=True)
class Payer:
    """Who pays whom, as far as the form says; ``account`` is where transfers go.

    ``mandate`` names the words by which he agrees to debits: of once, or of later.
    """

    merchant: str
    name: str
    account: list[tuple[str, str]]
    mandate: str = "mandate"


def payment_form(
    words: Words,
    action: str,
    deed: str,
    payer: Payer,
    methods: list[str],
    error: str | None,
) -> Markup:
    """Return the form for the payment methods offered, test data filled in.

    ``deed`` is what the button says, such as "Pay €120.00", ``error`` why the last
    attempt failed.
    """
    fields = {
        "card": card_fields(words, payer),
        "sepa_debit": sepa_fields(words, payer),
        "customer_balance": html.facts(payer.account),
    }
    choices = [
        METHOD.format(
            name=name,
            checked=Markup(" checked") if name == methods[0] else "",
            label=words(name),
            fields=fields[name],
        )
        for name in methods
    ]
    alert = Markup('<p class="alert" role="alert" id="payment-error">{}</p>')
    return FORM.format(
        title=deed,
        alert=alert.format(error) if error else "",
        action=action,
        pay_with=words("pay_with"),
        methods=Markup("").join(choices),
        pay=deed,
        helper=HELPER.format(cards=words("test_cards"), decline=words("decline")),
        secure=words("secure"),
    )


def card_fields(words: Words, payer: Payer) -> Markup:
    """Return the fields of a card."""
    return Markup("").join(
        [
            entry(words, "card_number", TEST_CARD, "cc-number"),
            entry(words, "expiry", "12 / 34", "cc-exp", half=True),
            entry(words, "cvc", "123", "cc-csc", half=True),
            entry(words, "name_on_card", payer.name, "cc-name", mode="text"),
        ]
    )


def sepa_fields(words: Words, payer: Payer) -> Markup:
    """Return the fields of a debit, with the mandate's text."""
    mandate = Markup('<p class="field small">{}</p>')
    return Markup("").join(
        [
            entry(words, "iban", TEST_IBAN, "off", mode="text"),
            entry(words, "account_holder", payer.name, "name", mode="text"),
            mandate.format(words(payer.mandate, merchant=payer.merchant)),
        ]
    )


def entry(
    words: Words,
    name: str,
    value: str,
    complete: str,
    *,
    half: bool = False,
    mode: str = "numeric",
) -> Markup:
    """Return one labelled input."""
    return FIELD.format(
        size="half" if half else "",
        name=name,
        label=words(name),
        value=value,
        complete=complete,
        mode=mode,
    )
