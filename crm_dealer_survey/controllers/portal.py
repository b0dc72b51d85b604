from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class SatisfactionPortal(CustomerPortal):
    """Questionnaires that wait for whoever is signed in (S2)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "satisfaction_count" in counters:
            values["satisfaction_count"] = len(self._open_questionnaires())
        return values

    @route("/my/questionnaires", type="http", auth="user", website=True, methods=["GET"])
    def my_questionnaires(self, **_params):
        """The list; each opens by its own link."""
        values = self._prepare_portal_layout_values()
        values |= {"page_name": "satisfaction", "answers": self._open_questionnaires()}
        return request.render("crm_dealer_survey.portal_my_questionnaires", values)

    def _open_questionnaires(self):
        """Those of the signed-in person, whatever way they were sent; not what agents ask."""
        # sudo: the person's own questionnaires.
        return request.env["survey.user_input"].sudo()._open_of(request.env.user.partner_id)
