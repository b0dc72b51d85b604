"""What a smart button counts."""


def count_by(linked, link, records, domain=()):
    """``{record: number}`` of what is linked to ``records``, in one query.

    :param linked: the model that is counted; nothing where its reader sees none of it
    :param str link: the many2one field of ``linked`` that leads to ``records``
    :param domain: which of them count
    """
    if not linked.has_access("read"):
        return {}
    if not linked._has_field_access(linked._fields[link], "read"):
        return {}
    domain = [(link, "in", records.ids), *domain]
    return dict(linked._read_group(domain, [link], ["__count"]))
