"""Duplicates that hold what the user may read, where a plain copy would be refused."""


def copy_readable(records, copy_data, default=None):
    """``copy_data(default)`` of ``records`` without the fields that the user may not read.

    The ERP copies every field, and refuses to where one is for other groups.
    """
    default = default or {}
    hidden = {
        name
        for name, field in records._fields.items()
        if field.copy
        and field.groups
        and name not in default
        and not records._has_field_access(field, "read")
    }
    vals_list = copy_data({**dict.fromkeys(hidden, False), **default})
    # A record that was seen before has no values.
    return [
        vals and {name: vals[name] for name in vals if name not in hidden} for vals in vals_list
    ]
