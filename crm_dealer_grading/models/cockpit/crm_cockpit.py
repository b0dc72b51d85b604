from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..network.res_users import AUDITOR, OEM_MANAGER

DEALER_MANAGER = "crm_dealer_grading.group_dealer_manager"
CALL_CENTRE = "crm_dealer_grading.group_call_centre"
MOST = 10_000  # more records are not counted: “10,000+”


class Waiting(NamedTuple):
    """Records that wait for somebody: a line of the card *What Waits*.

    ``action`` lists them, ``domain`` says which ones; ``tone`` is ``bad`` for what is late already,
    ``warn`` for what is at risk.
    """

    sequence: int
    label: str
    model: str
    action: str
    domain: Domain
    tone: str = ""


class CrmCockpit(models.AbstractModel):
    """A page for each role: charts first, every figure with its records (P3).

    ``page`` gives the whole page in one call, with a constant number of queries. Addons add cards
    to ``_cards_<role>`` and lines to ``_waiting``. What is counted is counted with the user's
    rights, by the domain that the figure opens.
    """

    _name = "crm.cockpit"
    _description = "Cockpit"

    @api.model
    def _roles(self):
        """The pages that the user may open, the own one first: ``{role: name}``.

        Who is scoped to dealers never gets a page of the manufacturer, whatever else that user is.
        """
        user = self.env.user
        names = {
            "network": (self.env._("Network"), OEM_MANAGER),
            "region": (self.env._("Region"), AUDITOR),
            "call": (self.env._("Call Centre"), CALL_CENTRE),
            "dealer": (self.env._("Dealer"), AUDITOR),
        }
        if user.dealer_scoped:
            names = {"dealer": (self.env._("Dealer"), DEALER_MANAGER), "call": names["call"]}
        return {role: name for role, (name, group) in names.items() if user.has_group(group)}

    @api.model
    @api.readonly
    def page(self, filters=None):
        """A role's page.

        :param dict filters: ``role``, ``kind`` and ``begin`` of the period, ids ``dealer``,
            ``region``, ``brand``, ``kpi``; what is missing gets a default
        :return: ``{roles, filters, title, where, scoped, cards}``; a card has ``id, title, kind,
            as_of, note`` and what its kind draws (see ``static/src/cockpit``)
        :raise UserError: where a filter is no such thing, in words
        :raise AccessError: by who has no cockpit, or not that one
        """
        roles = self._roles()
        if not roles:
            raise AccessError(
                self.env._(
                    "A cockpit is for dealer managers, the call centre and the manufacturer. "
                    "Ask your administrator for one of these roles."
                )
            )
        asked = self._asked(filters or {}, roles)
        cards = getattr(self, f"_cards_{asked.role}")(asked)
        cards = [self._finish(card, asked) for card in cards if card]
        return {
            "roles": [{"id": role, "name": name} for role, name in roles.items()],
            "filters": self._filters(asked),
            "where": self._where(asked),
            "scoped": self.env.user.dealer_scoped,
            "cards": sorted(cards, key=lambda card: card["sequence"]),
        }

    # -- The cards of each role; addons add theirs --------------------------------------------

    @api.model
    def _cards_dealer(self, asked):
        return [
            self._waiting_card(asked),
            *self._kpi_cards_dealer(asked),
            self._funnel_card(asked),
            self._level_card(asked),
            self._lifecycle_card(asked),
            self._visit_card(asked),
        ]

    @api.model
    def _cards_call(self, asked):
        return [self._waiting_card(asked)]

    @api.model
    def _cards_region(self, asked):
        return [self._waiting_card(asked), *self._kpi_cards_network(asked)]

    @api.model
    def _cards_network(self, asked):
        return [*self._cards_region(asked), self._pyramid_card(asked)]

    @api.model
    def _waiting(self, asked):
        """What waits: a list of ``Waiting``; addons add theirs."""
        return [
            *(self._waiting_today(asked) if asked.role == "dealer" else ()),
            *(self._waiting_data(asked) if asked.role != "dealer" else ()),
        ]

    # -- What cards are made of ---------------------------------------------------------------

    @api.model
    def _card(self, name, title, kind, sequence, **values):
        """A card; ``as_of`` is a day, or nothing for figures of this moment."""
        return {
            "id": name,
            "title": title,
            "kind": kind,
            "sequence": sequence,
            "as_of": False,
            "note": "",
            "by_brand": False,
            "wide": False,
            **values,
        }

    def _finish(self, card, asked):
        """Say of a card that does not depend on the brand that it does not."""
        if asked.brand and not card.pop("by_brand"):
            words = self.env._("All brands: this is not kept by brand.")
            card["note"] = " ".join(filter(None, [card["note"], words]))
        return card

    @api.model
    def _opens(self, action, domain, name):
        """What a figure opens: an action with its records alone."""
        return {"action": action, "domain": list(domain), "name": name}

    @api.model
    def _opens_one(self, action, record_id, name):
        return {"action": action, "id": record_id, "name": name}

    @api.model
    def _bars(self, model, domain, group, action, label=None):
        """Bars of the records by ``group``, with the user's rights, in the group's own order.

        One query; ``[]`` where the user may not read them.
        """
        records = self.env[model]
        if not records.has_access("read"):
            return []
        field = records._fields[group]
        found = {}
        for value, count in records._read_group(domain, [group], ["__count"]):
            found[value] = count
        if field.type == "selection":
            names = dict(field._description_selection(self.env))
            order = [value for value in names if value in found]
        else:
            names = {value: value.display_name for value in found if value}
            order = list(found)
        unset = self.env._("None")
        keys = [(value, value.id if isinstance(value, models.Model) else value) for value in order]
        return [
            {
                "label": names.get(value, unset),
                "value": found[value],
                "open": self._opens(
                    action, Domain(domain) & Domain(group, "=", key or False), label or ""
                ),
            }
            for value, key in keys
        ]

    @api.model
    def _waiting_card(self, asked):
        lines = []
        for line in sorted(self._waiting(asked), key=lambda line: line.sequence):
            records = self.env[line.model]
            if records.has_access("read"):
                count = records.search_count(line.domain, limit=MOST + 1)
                lines.append(
                    {
                        "label": line.label,
                        "value": min(count, MOST),
                        "more": count > MOST,
                        "tone": line.tone if count else "",
                        "open": self._opens(line.action, line.domain, line.label),
                    }
                )
        title = self.env._("What Waits")
        return lines and self._card("waiting", title, "waiting", 10, lines=lines, wide=True)
