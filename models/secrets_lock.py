from odoo.tools import SQL


def lock_for_secret(record):
    """Lock a row before a secret is written to it.

    Odoo logs every statement that fails, with its values. If somebody else has changed
    the row meanwhile, it is this statement that fails, which holds no secret.

    :param record: the one that is about to be written
    :raise psycopg2.OperationalError: somebody has; Odoo runs the request again
    """
    query = SQL(
        "SELECT 1 FROM %s WHERE id = %s FOR NO KEY UPDATE",
        SQL.identifier(record._table),
        record.id,
    )
    record.env.cr.execute(query, log_exceptions=False)
