from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from .product_pricelist import CARD


class ProductPricelist(models.Model):
    """Making the lists of cards, and keeping them in step with tiers and benefits (M2)."""

    _inherit = "product.pricelist"

    @api.model
    def _club_sync(self):
        """Make the lists and rules of all cards what tiers and benefits say. Idempotent.

        A list is never taken away: orders that were priced by it keep it.
        """
        # sudo: prices of cards follow whatever they are built on, whoever changed that.
        lists = self.sudo().with_context(
            active_test=False, club_card=CARD, tracking_disable=True, mail_create_nosubscribe=True,
            country_code=None,
        )  # fmt: skip
        benefits = lists.env["crm.club.benefit"].with_context(active_test=True)
        priced = benefits.search(benefits._priced_domain())
        by_tier = priced.filtered("tier_id.active").grouped("tier_id")
        known = lists.search([("club_tier_id", "!=", False)])
        if not by_tier and not known:
            return
        lists._club_make_missing(by_tier, {found._club_key() for found in known})
        lists._club_sync_rules(by_tier)
        self.env["res.partner"].invalidate_model(["property_product_pricelist"], flush=False)

    def _club_make_missing(self, tiers, known):
        """Create the lists that are missing, and let currency and name of the others follow."""
        wanted = {}
        for base, company in self._club_bases() if tiers else ():
            for tier in tiers:
                wanted[tier.id, base.id or 0, 0 if base else company.id] = {
                    "name": tier.with_context(lang=None).name,
                    "active": False,
                    "club_tier_id": tier.id,
                    "club_base_id": base.id,
                    "company_id": base.company_id.id if base else company.id,
                    "currency_id": (base or company).currency_id.id,
                    "country_group_ids": False,
                    **self._club_no_website(),
                }
        missing = [vals for key, vals in wanted.items() if key not in known]
        if self.create(missing):
            self.env.registry.clear_cache()
        for pricelist in self.search([("club_tier_id", "!=", False)]):
            base = pricelist.club_base_id
            vals = {
                "currency_id": (base or pricelist.company_id).currency_id.id,
                "company_id": (base or pricelist).company_id.id,
                **self._club_no_website(),
            }
            changed = {name: value for name, value in vals.items() if pricelist._raw(name) != value}
            if changed:
                pricelist.write(changed)
            pricelist._club_translate_name()

    @api.model
    def _club_no_website(self):
        """No website of its own: where a shop is installed it would be given another company's.

        In shops a card's list is where its base is (``_is_available_on_website``).
        """
        return {"website_id": False} if "website_id" in self._fields else {}

    def _raw(self, name):
        """The value as it is written: an id, False where there is none."""
        field = self._fields[name]
        return field.convert_to_write(self[name], self)

    def _club_translate_name(self):
        for code, _name in self.env["res.lang"].get_installed():
            name = self.club_tier_id.with_context(lang=code).name
            if self.with_context(lang=code).name != name:
                self.with_context(lang=code).name = name

    @api.model
    def _club_bases(self):
        """What customers pay without a card: ``[(list, none)]`` and ``[(no list, company)]``."""
        none = self.browse()
        # Only lists that core gives without anybody choosing them.
        bases = self.with_context(active_test=True).search(
            [("country_group_ids", "!=", False), ("club_tier_id", "=", False)]
        )
        companies = self.env["res.company"].search([("active", "=", True)])
        for company in companies:
            bases |= self.with_company(company)._get_country_pricelist_multi([])[False].exists()
        bases = bases.filtered(lambda base: not base.club_tier_id)
        return [(base, none) for base in bases] + [(none, company) for company in companies]

    @api.model
    def _club_sync_rules(self, by_tier):
        lists = self.search([("club_tier_id", "!=", False)])
        rules = self.env["product.pricelist.item"].search([("pricelist_id", "in", lists.ids)])
        known = defaultdict(dict)
        for rule in rules:
            known[rule.pricelist_id][rule._club_key()] = rule
        missing, kept = [], rules.browse()
        for pricelist in lists:
            benefits = by_tier.get(pricelist.club_tier_id, ())
            for key, vals in pricelist._club_rules(benefits).items():
                rule = known[pricelist].get(key)
                if rule is None:
                    missing.append(vals)
                    continue
                kept |= rule
                if rule.percent_price != vals["percent_price"]:
                    rule.percent_price = vals["percent_price"]
        (rules - kept).unlink()
        rules.create(missing)

    def _club_rules(self, benefits):
        """``{key: values}`` of the rules of this list: one a product or category, and one for
        the rest, which costs what it costs without the card.
        """
        common = {
            "pricelist_id": self.id,
            "compute_price": "percentage",
            "base": "pricelist" if self.club_base_id else "list_price",
            "base_pricelist_id": self.club_base_id.id,
        }
        rules = {
            (0, 0, 0): {
                **common,
                "applied_on": "3_global",
                "percent_price": 0.0,
                "club_benefit_id": False,
            }
        }
        for benefit in benefits:
            given = {**common, "percent_price": benefit.percent, "club_benefit_id": benefit.id}
            for category in benefit.category_ids:
                rules[benefit.id, category.id, 0] = {
                    **given,
                    "applied_on": "2_product_category",
                    "display_applied_on": "2_product_category",
                    "categ_id": category.id,
                }
            for product in benefit.product_tmpl_ids:
                if not product.company_id or product.company_id == self.company_id:
                    rules[benefit.id, 0, product.id] = {
                        **given,
                        "applied_on": "1_product",
                        "product_tmpl_id": product.id,
                    }
        return rules

    @api.model
    def _club_drop_all(self):
        """Leave no list of a card behind; orders go back to what it was built on.

        By SQL, so that confirmed orders keep their prices and currency.
        """
        lists = self.sudo().with_context(active_test=False, club_card=CARD)
        found = lists.search([("club_tier_id", "!=", False)])
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE sale_order SET pricelist_id = list.club_base_id
                     FROM product_pricelist list
                    WHERE list.id = sale_order.pricelist_id AND list.id IN %s""",
                tuple(found.ids) or (0,),
            )
        )
        # Benefits would bring the lists back as they go, one by one.
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order_line SET club_benefit_id = NULL "
                "WHERE club_benefit_id IS NOT NULL"
            )
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM product_pricelist_item WHERE pricelist_id IN %s",
                tuple(found.ids) or (0,),
            )
        )
        self.env.cr.execute(SQL("DELETE FROM crm_club_benefit"))
        self.env.invalidate_all()
        found.unlink()
