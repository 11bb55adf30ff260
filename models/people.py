def responsible(record, first=None, last=None):
    """Return who is to act on a record: somebody who still works here.

    :param record: an ``account.move`` or a ``sale.order``
    :param first: a ``res.users`` who comes first, if there is one
    :param last: a ``res.users`` who comes last, if there is one
    :return: a ``res.users``
    """
    people = (first, record.user_id, record.create_uid, last)
    at_work = (one for one in people if one and one.active and not one.share)
    return next(at_work, record.create_uid)
