"""How an import file names related records: by code, login, VIN or plate, never by a part.

Core asks ``name_search`` with ``=`` and takes the first of several. The converter of imports
sets ``import_exact`` for the models of dealers only (C9).
"""

from odoo import api, models
from odoo.fields import Domain

from ...tools import plate as plates
from ...tools import vin as vins


class CrmImportNamed(models.AbstractModel):
    _name = "crm.import.named"
    _description = "Found Exactly by Imports"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        if not self.env.context.get("import_exact") or operator != "=":
            return super().name_search(name, domain, operator, limit)
        for exact in self._import_exactly(name.strip()):
            found = self.search(Domain(exact) & Domain(domain or Domain.TRUE), limit=2)
            if found:
                return [(record.id, name) for record in found]
        return []

    @api.model
    def _import_exactly(self, name):
        """Domains that say whom ``name`` means, the surest first; override."""
        return [[("display_name", "=", name)]]


class CrmDealer(models.Model):
    _name = "crm.dealer"
    _inherit = ["crm.dealer", "crm.import.named"]

    @api.model
    def _import_exactly(self, name):
        return [[("code", "=", name)], [("name", "=", name)]]


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "crm.import.named"]

    @api.model
    def _import_exactly(self, name):
        return [[("login", "=", name)], [("name", "=", name)]]


class CrmVehicle(models.Model):
    _name = "crm.vehicle"
    _inherit = ["crm.vehicle", "crm.import.named"]

    @api.model
    def _import_exactly(self, name):
        # An export writes the plate before the model.
        plate = plates.normalise(name.partition(" · ")[0])
        return [[("vin", "=", vins.normalise(name))], [("plate", "=", plate)]]


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.import.named"]

    @api.model
    def _import_exactly(self, name):
        return [[("customer_number", "=", name)], [("complete_name", "=", name)]]


class FleetVehicleModel(models.Model):
    _name = "fleet.vehicle.model"
    _inherit = ["fleet.vehicle.model", "crm.import.named"]

    @api.model
    def _import_exactly(self, name):
        brand, slash, model = name.partition("/")
        whole = [("brand_id.name", "=", brand.strip()), ("name", "=", model.strip())]
        return [*([whole] if slash else []), [("name", "=", name)]]
