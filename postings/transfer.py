"""The bank account to which a customer transfers money at Stripe."""

from typing import Any

Json = dict[str, Any]

# What is needed to transfer, in the order in which people write it.
# Source: https://docs.stripe.com/payments/bank-transfers
_NEEDED = (
    "account_holder_name",
    "bank_name",
    "branch_name",
    "iban",
    "bic",
    "sort_code",
    "clabe",
    "routing_number",
    "account_number",
)
# Kinds of addresses that are good for this; wires come last.
_KINDS = ("iban", "sort_code", "spei", "zengin", "aba", "swift")


def transfer_account(instructions: Json) -> dict[str, str]:
    """Return what tells the bank account, by Stripe's words, in the order to print it.

    :param instructions: Stripe's funding instructions
    :return: empty if Stripe names no account that can be printed
    """
    addresses = instructions["bank_transfer"]["financial_addresses"]
    for kind in _KINDS:
        for address in addresses:
            if address["type"] == kind and (details := address.get(kind)):
                return {
                    name: str(details[name]) for name in _NEEDED if details.get(name)
                }
    return {}
