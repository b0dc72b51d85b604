from odoo.fields import Command


def given_records(field, value):
    """What a client gives as the value of a field that leads to records.

    :param field: a many2one, one2many or many2many
    :param value: as clients send it: an id, a pair, commands, or values of a record
    :return: ``(ids, [(id or None, values)])``: the records that it names, and what it changes
        of them or of new ones
    """
    if field.type == "many2one":
        value = value[:1] if isinstance(value, list | tuple) else [value]
    ids, changes = set(), []
    for item in value if isinstance(value, list | tuple) else ():
        if isinstance(item, dict):
            item = (Command.UPDATE, item.get("id"), item)
        if not isinstance(item, list | tuple):
            ids.add(item)
        elif item[0] in (Command.CREATE, Command.UPDATE):
            number = _number(item[1]) if item[0] == Command.UPDATE else None
            ids.add(number)
            changes.append((number, item[2]))
        elif item[0] == Command.LINK:
            ids.add(item[1])
        elif item[0] == Command.SET:
            ids.update(item[2])
    return set(filter(_number, ids)), changes


def _number(value):
    return value if isinstance(value, int) and value > 0 else None
