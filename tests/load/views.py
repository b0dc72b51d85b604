"""What the web client makes of a view: the fields it asks for, and the filters it begins with."""

import datetime
import time
from ast import literal_eval

from dateutil.relativedelta import relativedelta
from lxml import etree

_TAGS = ("many2many_tags", "many2many_tags_avatar", "many2many_tags_email")
_HIDDEN = ("True", "1")


def specification(arch, model, fields):
    """The fields of a view, as relational_model's ``getFieldsSpec`` names them.

    :param arch: the view's XML
    :param dict fields: ``{model: {field: description}}`` of ``get_views``
    """
    return _fields_of(etree.fromstring(arch), model, fields)


def _fields_of(node, model, fields):
    found = {}
    for tag in node.iterchildren(etree.Element):
        if tag.tag != "field":
            found.update(_fields_of(tag, model, fields))
            continue
        name = tag.get("name")
        field = fields[model].get(name)
        if field:
            found[name] = _one_field(tag, field, fields)
    return found


def _one_field(tag, field, fields):
    if field["type"] not in ("many2one", "one2many", "many2many"):
        return {}
    if tag.get("invisible") in _HIDDEN or tag.get("column_invisible") in _HIDDEN:
        return {}
    if field["type"] == "many2one":
        return {"fields": {"display_name": {}}}
    if tag.get("widget") in _TAGS:
        color = literal_eval(tag.get("options") or "{}").get("color_field")
        return {"fields": dict.fromkeys(["display_name", *filter(None, [color])], {})}
    inner = [child for child in tag.iterchildren(etree.Element) if child.tag in ("list", "kanban")]
    if not inner or field["relation"] not in fields:
        return {}
    return {"fields": _fields_of(inner[0], field["relation"], fields), "limit": 40}


def evaluate(text, user):
    """A context or a domain as the client evaluates it."""
    names = {
        "uid": user["uid"],
        "active_id": False,
        "active_ids": [],
        "context": {},
        "allowed_company_ids": user["context"]["allowed_company_ids"],
        "context_today": datetime.date.today,
        "current_date": str(datetime.date.today()),
        "datetime": datetime,
        "relativedelta": relativedelta,
        "time": time,
        "True": True,
        "False": False,
    }
    # Of the server's own views, as the client does it.
    return eval(text or "[]", {"__builtins__": {}}, names)  # noqa: S307


def beginning(arch, context, user):
    """``(domain, group by)`` of the filters that are on when the view opens.

    Filters that stand together are alternatives; what is between separators holds together.
    """
    groups, group_by = [[]], []
    for tag in etree.fromstring(arch).iter("filter", "separator", "field"):
        if tag.tag != "filter":
            groups.append([])
        elif context.get(f"search_default_{tag.get('name')}"):
            if tag.get("domain"):
                groups[-1].append(evaluate(tag.get("domain"), user))
            grouped = evaluate(tag.get("context") or "{}", user).get("group_by")
            group_by += [grouped] if grouped else []
    domain = []
    for alternatives in filter(None, groups):
        domain += ["|"] * (len(alternatives) - 1)
        for one in alternatives:
            domain += ["&"] * (_terms(one) - 1) + list(one)
    return domain, group_by


def _terms(domain):
    """How many terms stand beside each other; the client's domains join them by "and"."""
    open_terms = 0
    for item in reversed(domain):
        if item in ("&", "|"):
            open_terms -= 1
        elif item != "!":
            open_terms += 1
    return open_terms


def grouping(arch):
    """``(field, progress bar)`` that a kanban groups by when nobody chose."""
    node = etree.fromstring(arch)
    bar = next(node.iter("progressbar"), None)
    field = node.get("default_group_by")
    if bar is None:
        return field, None
    colors = literal_eval(bar.get("colors") or "{}")
    return field, {"field": bar.get("field"), "colors": colors, "sum_field": bar.get("sum_field")}


def aggregates(shown, fields):
    """The sums of columns that a grouped view asks for."""
    kinds = ("integer", "float", "monetary")
    return [
        f"{name}:{fields[name]['aggregator']}"
        for name in shown
        if fields[name]["type"] in kinds and fields[name].get("aggregator") and name != "id"
    ]
