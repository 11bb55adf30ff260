"""Where an accountant expects the accounts for Stripe, in charts that say so.

Data only. Chart → purpose → the code that is taken if it is free, else the next free
one. Sources: the charts of Odoo's localizations, which follow the plan comptable
général (511, 467, 627), the Belgian PCMN (580, 416, 657), DATEV's SKR03 and SKR04, the
Swiss KMU chart, and Odoo's charts for the USA and for all others.
"""

CHART_CODES = {
    "fr": {"transit": "511500", "dispute": "467100", "fee": "627810"},
    "be": {"transit": "580100", "dispute": "416100", "fee": "657210"},
    "de_skr03": {"transit": "1361", "dispute": "1591", "fee": "4971"},
    "de_skr04": {"transit": "1461", "dispute": "1371", "fee": "6858"},
    "ch": {"transit": "1092", "dispute": "1191", "fee": "6940"},
    "us": {"transit": "101710", "dispute": "121500", "fee": "650010"},
    "generic_coa": {"transit": "101710", "dispute": "121500", "fee": "620010"},
}
