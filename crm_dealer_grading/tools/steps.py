"""What every step of a document begins with."""

from odoo.exceptions import UserError

from .touch import touch


def take(records):
    """Touch ``records`` before a step of theirs: what is read afterwards is what holds now."""
    records.flush_recordset()
    touch(records)
    records.invalidate_recordset()


def check_at(record, before, name="state"):
    """Refuse a step that does not follow on where ``record`` is.

    :param before: values of the selection ``name`` that the step follows on
    :raise UserError: it is elsewhere; names the wanted ones
    """
    known = record.sudo()  # sudo: the right to the step was checked, that to the field may lack
    if known[name] not in before:
        names = dict(record._fields[name]._description_selection(record.env))
        raise UserError(
            record.env._(
                "“%(document)s” is at “%(state)s”; this step follows on %(wanted)s. Open it anew "
                "to see what can be done.",
                document=known.display_name,
                state=names[known[name]],
                wanted=" / ".join(names[value] for value in before),
            )
        )


def reason_of(record, reason, needed=True):
    """The reason of a step, without the space around it.

    :raise UserError: one is needed, and there is none
    """
    reason = (reason or "").strip()
    if needed and not reason:
        raise UserError(record.env._("Give the reason in words."))
    return reason
