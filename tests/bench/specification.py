"""What the web client asks for when it opens a view of contacts."""

import re

from lxml import etree

_COLOR = re.compile(r"""color_field['"]\s*:\s*['"](\w+)""")


def specification(node, model):
    """The fields of a view as the client asks for them (relational_model's getFieldsSpec)."""
    spec = {}
    for tag in node.iterchildren():
        if tag.tag != "field":
            spec.update(specification(tag, model))
            continue
        field = model._fields[tag.get("name")]
        hidden = tag.get("invisible") in ("True", "1")
        spec[field.name] = {}
        if not field.relational or hidden:
            continue
        comodel = model.env[field.comodel_name]
        if field.type == "many2one":
            spec[field.name] = {"fields": {"display_name": {}}}
        else:
            spec[field.name] = lines_specification(tag, comodel)
    return spec


def lines_specification(tag, comodel):
    if tag.get("widget") == "many2many_tags":
        color = _COLOR.findall(tag.get("options") or "")
        return {"fields": dict.fromkeys(["display_name", *color], {})}
    views = [child for child in tag.iterchildren() if child.tag in ("list", "kanban")]
    return {"fields": specification(views[0], comodel), "limit": 40} if views else {}


def view_specification(env, view_id, kind):
    """The specification of a view of partners for the user of ``env``."""
    arch = env["res.partner"].get_views([(view_id, kind)])["views"][kind]["arch"]
    return specification(etree.fromstring(arch), env["res.partner"])
