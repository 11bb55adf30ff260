"""From the numbers of a contact in Odoo to Stripe's types and values.

Source of the types, and of how each is written:
https://docs.stripe.com/billing/customer/tax-ids and the SDK's typed parameters.
Whether a number is valid is for Stripe to say.
"""

import re
from collections.abc import Callable, Mapping

TaxIds = tuple[tuple[str, str], ...]
Write = Callable[[str], str]

# ISO countries whose VAT number is a European one, with the prefix that it carries.
EU_PREFIXES = {
    **{code: code for code in "AT BE BG CY CZ DE DK EE ES FI FR HR HU".split()},
    **{code: code for code in "IE IT LT LU LV MT NL PL PT RO SE SI SK".split()},
    "GR": "EL",
    "XI": "XI",
}
# Countries whose own numbers begin with letters that only look like such a prefix.
LETTERED = frozenset({"BR", "MX", "MY"})
# Parts of Spain in which European VAT does not apply: Las Palmas, Tenerife.
CANARIES = frozenset({"GC", "TF"})


def tax_ids(
    vat: str,
    country: str,
    state: str = "",
    registry: str = "",
    others: Mapping[str, str] | None = None,
) -> TaxIds:
    """Return the tax ids of a contact as pairs of Stripe's type and the value.

    :param vat: Odoo's ``vat``; ``/``, or any text without a digit, means none
    :param country: ISO 3166 code of the contact's country, empty if unknown
    :param state: code of the contact's state in Odoo, empty if unknown
    :param registry: Odoo's ``company_registry``, such as a French SIRET
    :param others: further numbers by Stripe's type
    :return: at most one of each type; empty when there is no number, or no type for it
    """
    found: dict[str, str] = {}
    pairs = [*_of_vat(vat, country, state), *_of_registry(registry, country)]
    for kind, value in [*pairs, *(others or {}).items()]:
        if _digits(value):
            found.setdefault(kind, _as_it_is(value))
    return tuple(found.items())


def _of_vat(vat: str, country: str, state: str) -> TaxIds:
    if not _digits(vat):
        return ()
    compact = _compact(vat)
    # Some write the Greek prefix as the country's code.
    if country == "GR":
        compact = re.sub(r"^GR", "EL", compact)
    if country == "ES" and state in CANARIES:
        return (("ic_nif", compact.removeprefix("ES")),)
    if compact[:2] in EU_PREFIXES.values() and country not in LETTERED:
        return _european(compact)
    if re.fullmatch(r"EU\d{9}", compact):
        return (("eu_oss_vat", compact),)
    by_form = _of_form(compact, country)
    if by_form is not None:
        return by_form
    if country in EU_PREFIXES:
        return _european(EU_PREFIXES[country] + compact)
    return _of_country(vat, country)


def _european(value: str) -> TaxIds:
    # Spain prints its own number, too: the same one without the prefix.
    if value.startswith("ES"):
        return (("eu_vat", value), ("es_cif", value[2:]))
    return (("eu_vat", value),)


def _of_form(compact: str, country: str) -> TaxIds | None:
    """Return what the form of a number tells, where a country has several types.

    :return: None if it tells nothing
    """
    for form, kind, write in _FORMS.get(country, ()):
        if re.fullmatch(form, compact):
            return ((kind, write(compact)),) if kind else ()
    return None


def _of_country(vat: str, country: str) -> TaxIds:
    kind, write = _TYPES.get(country, ("", _as_it_is))
    return ((kind, write(vat)),) if kind else ()


def _of_registry(registry: str, country: str) -> TaxIds:
    compact = _compact(registry)
    for form, kind in _REGISTRIES.get(country, ()):
        if re.fullmatch(form, compact):
            return ((kind, compact),)
    return ()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text, flags=re.ASCII)


def _compact(text: str) -> str:
    return re.sub(r"[\s.\-/]", "", text).upper()


def _as_it_is(text: str) -> str:
    return " ".join(text.split())


def _without(prefix: str) -> Write:
    return lambda text: _compact(text).removeprefix(prefix)


def _with(prefix: str) -> Write:
    return lambda text: prefix + _compact(text).removeprefix(prefix)


def _masked(mask: str, prefix: str = "") -> Write:
    """Return what writes a number like ``mask``, in which each ``#`` is a sign of it.

    A number of another length is left as it is.
    """

    def write(text: str) -> str:
        signs = iter(_compact(text).removeprefix(prefix))
        if mask.count("#") != len(_compact(text).removeprefix(prefix)):
            return _as_it_is(text)
        return "".join(next(signs) if sign == "#" else sign for sign in mask)

    return write


def _norwegian(text: str) -> str:
    return _digits(text) + "MVA"


# Countries with one type, and how it is written.
_TYPES: dict[str, tuple[str, Write]] = {
    "AD": ("ad_nrt", _masked("#-######-#")),
    "AE": ("ae_trn", _digits),
    "AL": ("al_tin", _without("AL")),
    "AM": ("am_tin", _digits),
    "AO": ("ao_tin", _compact),
    "AR": ("ar_cuit", _masked("##-########-#")),
    "AU": ("au_abn", _digits),
    "AW": ("aw_tin", _digits),
    "AZ": ("az_tin", _digits),
    "BA": ("ba_tin", _digits),
    "BB": ("bb_tin", _digits),
    "BD": ("bd_bin", _masked("#########-####")),
    "BF": ("bf_ifu", _compact),
    "BH": ("bh_vat", _digits),
    "BJ": ("bj_ifu", _digits),
    "BO": ("bo_tin", _digits),
    "BR": ("br_cnpj", _as_it_is),
    "BS": ("bs_tin", _masked("###.###.###")),
    "BW": ("bw_vat", _compact),
    "BY": ("by_tin", _digits),
    "CA": ("ca_gst_hst", _compact),
    "CD": ("cd_nif", _compact),
    "CH": ("ch_vat", _as_it_is),
    "CI": ("ci_vat", _compact),
    "CL": ("cl_tin", _masked("##.###.###-#")),
    "CM": ("cm_niu", _compact),
    "CN": ("cn_tin", _compact),
    "CO": ("co_nit", _masked("###.###.###-#")),
    "CR": ("cr_tin", _masked("#-###-######")),
    "CV": ("cv_nif", _digits),
    "DO": ("do_rcn", _as_it_is),
    "EC": ("ec_ruc", _digits),
    "EG": ("eg_tin", _digits),
    "ET": ("et_tin", _digits),
    "FO": ("fo_vat", _digits),
    "GB": ("gb_vat", _with("GB")),
    "GE": ("ge_vat", _digits),
    "GH": ("gh_tin", _compact),
    "GI": ("gi_tin", _compact),
    "GN": ("gn_nif", _digits),
    "HK": ("hk_br", _digits),
    "ID": ("id_npwp", _masked("##.###.###.#-###.###")),
    "IL": ("il_vat", _digits),
    "IN": ("in_gst", _compact),
    "IS": ("is_vat", _digits),
    "JP": ("jp_cn", _compact),
    "KE": ("ke_pin", _compact),
    "KG": ("kg_tin", _digits),
    "KH": ("kh_tin", _masked("####-#########")),
    "KR": ("kr_brn", _masked("###-##-#####")),
    "KZ": ("kz_bin", _digits),
    "LA": ("la_tin", _masked("#########-###")),
    "LI": ("li_uid", _compact),
    "LK": ("lk_vat", _compact),
    "MA": ("ma_vat", _digits),
    "MD": ("md_vat", _digits),
    "ME": ("me_pib", _digits),
    "MK": ("mk_vat", _with("MK")),
    "MR": ("mr_nif", _digits),
    "MU": ("mu_vat", _compact),
    "MX": ("mx_rfc", _compact),
    "MY": ("my_itn", _compact),
    "MZ": ("mz_nuit", _digits),
    "NG": ("ng_tin", _masked("########-####")),
    "NO": ("no_vat", _norwegian),
    "NP": ("np_pan", _digits),
    "NZ": ("nz_gst", _digits),
    "OM": ("om_vat", _with("OM")),
    "PE": ("pe_ruc", _digits),
    "PH": ("ph_tin", _digits),
    "PY": ("py_ruc", _as_it_is),
    "RS": ("rs_pib", _digits),
    "RU": ("ru_inn", _digits),
    "SA": ("sa_vat", _digits),
    "SG": ("sg_gst", _compact),
    "SM": ("sm_coe", _with("SM")),
    "SN": ("sn_ninea", _compact),
    "SR": ("sr_fin", _digits),
    "SV": ("sv_nit", _masked("####-######-###-#")),
    "TH": ("th_vat", _digits),
    "TJ": ("tj_tin", _digits),
    "TR": ("tr_tin", _digits),
    "TT": ("tt_vat", _compact),
    "TW": ("tw_vat", _digits),
    "TZ": ("tz_vat", _compact),
    "UA": ("ua_vat", _digits),
    "UG": ("ug_tin", _digits),
    "US": ("us_ein", _masked("##-#######")),
    "UY": ("uy_ruc", _digits),
    "UZ": ("uz_vat", _digits),
    "VE": ("ve_rif", _masked("#-########-#")),
    "VN": ("vn_tin", _as_it_is),
    "ZA": ("za_vat", _digits),
    "ZM": ("zm_tin", _digits),
    "ZW": ("zw_tin", _digits),
}
# Countries in which the form of the number tells its type; no type, no tax id.
_FORMS: dict[str, tuple[tuple[str, str, Write], ...]] = {
    "AU": ((r"\d{12}", "au_arn", _digits),),
    "BR": (
        (r"[A-Z\d]{12}\d{2}", "br_cnpj", _masked("##.###.###/####-##")),
        (r"\d{11}", "br_cpf", _masked("###.###.###-##")),
    ),
    "CA": (
        (r"\d{9}", "ca_bn", _compact),
        (r"\d{10}TQ\d{4}", "ca_qst", _compact),
    ),
    "CH": ((r"(CHE)?\d{9}", "ch_uid", _masked("CHE-###.###.###", "CHE")),),
    # A domestic number of Germany may be a Steuernummer, which has no letters.
    "DE": ((r"\d{10,11}", "de_stn", _digits),),
    "HU": (
        (r"\d{8}[1-5]\d{2}", "hu_tin", _masked("########-#-##")),
        (r"8\d{9}", "", _as_it_is),
    ),
    "JP": ((r"T\d{13}", "jp_trn", _compact),),
    "LI": ((r"\d{5}", "li_vat", _compact),),
    "RO": ((r"\d{13}", "ro_tin", _digits),),
    "SG": ((r"\d{8,9}[A-Z]|[TSR]\d{2}[A-Z]{2}\d{4}[A-Z]", "sg_uen", _compact),),
    "UZ": ((r"\d{9}", "uz_tin", _digits),),
}
# Countries whose register of companies has a type of its own, told by its form.
_REGISTRIES: dict[str, tuple[tuple[str, str], ...]] = {
    "AU": ((r"\d{9}", "au_acn"),),
    "BG": ((r"\d{9}", "bg_uic"),),
    "CA": ((r"\d{9}", "ca_bn"),),
    "FR": ((r"\d{14}", "fr_siret"), (r"\d{9}", "fr_siren")),
    "IS": ((r"\d{10}", "is_kt"),),
    "JP": ((r"\d{13}", "jp_cn"),),
    "MD": ((r"\d{13}", "md_cf"),),
    "NZ": ((r"\d{13}", "nz_bn"),),
    "SG": ((r"\d{8,9}[A-Z]|[TSR]\d{2}[A-Z]{2}\d{4}[A-Z]", "sg_uen"),),
}
