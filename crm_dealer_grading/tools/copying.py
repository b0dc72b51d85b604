"""Duplicates that hold what the user may read, where a plain copy would be refused."""


def hidden_from_copy(records, default):
    """Names of the fields that ``copy_data`` would copy and the user may not read.

    The ERP copies every field, and refuses to where one is for other groups.
    """
    return {
        name
        for name, field in records._fields.items()
        if field.copy
        and field.groups
        and name not in (default or {})
        and not records._has_field_access(field, "read")
    }


def without(names, vals_list):
    """The values to create without those fields; a record seen before has none."""
    return [vals and {name: vals[name] for name in vals if name not in names} for vals in vals_list]
