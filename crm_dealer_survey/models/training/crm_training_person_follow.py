"""The register follows the dealers' staff (S7)."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .roles import is_oem_manager

# Staff who are not on the register yet: each once, at the dealer of the lowest number.
_NEW = """
    SELECT DISTINCT ON (u.partner_id) u.partner_id, r.dealer_id, d.manager_id = u.id
      FROM crm_dealer_user_rel r
      JOIN res_users u ON u.id = r.user_id AND u.active
      JOIN crm_dealer d ON d.id = r.dealer_id AND d.active
     WHERE r.dealer_id = ANY(%s)
       AND NOT EXISTS (SELECT FROM crm_training_person p WHERE p.partner_id = u.partner_id)
     ORDER BY u.partner_id, d.manager_id = u.id DESC, r.dealer_id"""
# People whose user works at no dealer any more.
_LEFT = """
    SELECT p.id FROM crm_training_person p
     WHERE p.active AND p.dealer_id IS NOT NULL
       AND EXISTS (SELECT FROM res_users u WHERE u.partner_id = p.partner_id AND NOT u.share)
       AND NOT EXISTS (SELECT FROM res_users u JOIN crm_dealer_user_rel r ON r.user_id = u.id
                        WHERE u.partner_id = p.partner_id AND u.active)"""
# People whose user works at other dealers now.
_MOVED = """
    SELECT p.id, min(n.dealer_id)
      FROM crm_training_person p
      JOIN res_users u ON u.partner_id = p.partner_id AND u.active
      JOIN crm_dealer_user_rel n ON n.user_id = u.id
     WHERE p.dealer_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM crm_dealer_user_rel o
                        WHERE o.user_id = u.id AND o.dealer_id = p.dealer_id)
     GROUP BY p.id"""


class CrmTrainingPerson(models.Model):
    _inherit = "crm.training.person"

    @api.model
    def _cron_follow(self):
        """Every night: new staff come on the register, who changed dealers goes along.

        Who left is archived; employees without a user are by their manager.
        """
        self._follow_leaving()
        self._follow_moves()
        self._register_staff(self.env["crm.dealer"].search(Domain.TRUE))

    @api.model
    def _register_staff(self, dealers):
        """Put the staff of ``dealers`` on the register; who is on it stays as is.

        :return: the new people
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(_NEW, dealers.ids))
        manager = self.env.ref("crm_dealer_survey.training_role_manager", raise_if_not_found=False)
        # sudo: callers have checked that the dealers are the user's; staff is what dealers say.
        return self.sudo().create(
            [
                {
                    "partner_id": partner,
                    "dealer_id": dealer,
                    "role_id": manager.id if manages and manager else False,
                }
                for partner, dealer, manages in rows
            ]
        ).sudo(False)  # fmt: skip

    @api.model
    def _follow_moves(self):
        """Who works at another dealer now goes there; certificates go along."""
        self.env.flush_all()
        for number, dealer in self.env.execute_query(SQL(_MOVED)):
            # sudo: where somebody works is said by the dealers' staff.
            self.sudo().browse(number).write({"dealer_id": dealer, "active": True})

    @api.model
    def _follow_leaving(self):
        """Who works at no dealer any more leaves the register; who comes back elsewhere is back."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(_LEFT))
        # sudo: who works somewhere is said by the dealers' staff.
        self.sudo().browse(number for (number,) in rows).action_archive()

    def action_register_staff(self):
        """Put the staff of the own dealers on the register; of all dealers, for the OEM manager.

        :raise AccessError: by anybody else
        """
        self.browse().check_access("create")
        dealers = self.env.user._own_dealers()
        if is_oem_manager(self.env.user):
            dealers = self.env["crm.dealer"].search(Domain.TRUE)
            self._follow_moves()
        elif not dealers:
            raise AccessError(self.env._("You have no dealer. Ask the manufacturer's manager."))
        self._register_staff(dealers)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_training_person_action"
        )
