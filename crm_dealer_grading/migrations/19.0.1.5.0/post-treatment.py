"""Levels of the first version learn how their customers are treated, as on a new database (G10).

The first version had no contact rules; its levels are data that managers edit, so no upgrade
filled them in: nobody's contacts were planned. Levels for which a manager has set one of these
values stay as they are, and so do those that were made when the values existed.
"""

from ast import literal_eval

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools.misc import file_path

_MODULE = "crm_dealer_grading"
_SCHEMES = ("abc", "activity", "activity6", "intent", "rfm", "value")
_NEW = (
    "contact_interval_days", "contact_way", "max_contacts_month", "min_contacts",
    "min_contacts_period", "requires_give_up_report", "upgrade_level_id",
)  # fmt: skip
_SET = set(_NEW) - {"min_contacts_period"}  # which has a default


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"lang": None})
    old = _levels_before(env)
    for name, values in _shipped().items():
        level = env.ref(f"{_MODULE}.{name}", raise_if_not_found=False)
        if level and level in old and not any(level[field] for field in _SET):
            level.write(_values(env, level, values))
    # Calls in the data of an addon run on installation only.
    if env.ref(f"{_MODULE}.plan_after_delivery", raise_if_not_found=False):
        env["mail.activity.plan"]._word_shipped()


def _levels_before(env):
    """Levels that were there before the values were."""
    # The field itself does not tell since when it is there, its external name does.
    name = env["ir.model.data"].search(
        [("module", "=", _MODULE), ("name", "=", "field_crm_grading_level__contact_interval_days")]
    )
    levels = env["crm.grading.level"].with_context(active_test=False)
    return levels.search([("create_date", "<", name.create_date)])


def _shipped():
    """``{name: {field: its node}}`` of the levels in the data of this version."""
    found = {}
    for scheme in _SCHEMES:
        tree = etree.parse(file_path(f"{_MODULE}/data/grading/scheme_{scheme}.xml"))
        for record in tree.iterfind(".//record[@model='crm.grading.level']"):
            found[record.get("id")] = {node.get("name"): node for node in record.iterfind("field")}
    return found


def _values(env, level, nodes):
    values = {}
    for name in _NEW:
        node = nodes.get(name)
        if node is None:
            continue
        if node.get("ref"):
            other = env.ref(f"{_MODULE}.{node.get('ref')}", raise_if_not_found=False)
            values[name] = other.id if other else False
        else:
            values[name] = node.text or literal_eval(node.get("eval"))
    if not level.treatment and "treatment" in nodes:
        values["treatment"] = nodes["treatment"].text
    return values
