"""Fields that only steps write are not given by a screen's or caller's context either."""


def without_defaults(records, names):
    """``records`` with a context that gives no default for the fields ``names``.

    A default of False would count as given, and be refused to who may not see the field.
    """
    left_out = {f"default_{name}" for name in names}
    context = {key: value for key, value in records.env.context.items() if key not in left_out}
    return records.with_env(records.env(context=context))
