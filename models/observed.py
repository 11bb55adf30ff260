from odoo.exceptions import UserError


def refuse_forgery(records, names, vals_list):
    """Refuse values for fields that hold what Stripe said.

    The worker writes them in superuser mode. A user who could, by import or by a call
    over the network, would hide a state that protects his customer and himself.

    :param records: records of the model, in the environment of the caller
    :param frozenset names: names of the fields
    :param list vals_list: values about to be written
    :raise UserError: a user wants to write one of them
    """
    if not records.env.su:
        refuse_anyone(records, names, vals_list)


def refuse_anyone(records, names, vals_list):
    """Refuse values for fields that nobody writes, superuser mode included.

    :raise UserError: one of them is about to be written
    """
    context = records.env.context
    given = {name[8:] for name in context if name.startswith("default_")}
    for vals in vals_list:
        given |= vals.keys()
    if forged := sorted(given & names):
        raise UserError(
            records.env._(
                "%(fields)s: only Stripe's answers change this.",
                fields=", ".join(records._fields[name].string for name in forged),
            )
        )


def differs(record, name, vals):
    """Tell whether writing a value would change a field.

    :param record: one record
    :param str name: name of the field
    :param dict vals: values about to be written, this one among them
    """
    field = record._fields[name]
    new = field.convert_to_record(field.convert_to_cache(vals[name], record), record)
    return new != record[name]
