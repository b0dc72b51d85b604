"""Factories that every test of the suite stands on."""

from unittest.mock import patch

import freezegun

from odoo import Command, fields
from odoo.tests import TransactionCase
from odoo.tools import SQL

from .common_caches import KeptCaches

# Frozen tests take the time they take: without this pytest measures with the frozen clock.
freezegun.configure(extend_ignore_list=["_pytest.timing"])
MODULE = "crm_dealer_grading"
ALL_SALES = "sales_team.group_sale_salesman_all_leads"
# login: (groups, dealers that the user is staff of)
ROLES = {
    "sales_a": (f"{MODULE}.group_dealer_user", "a"),
    "manager_a": (f"{MODULE}.group_dealer_manager", "a"),
    "sales_b": (f"{MODULE}.group_dealer_user", "b"),
    # A dealer role with everything that would open the whole network in bare Odoo.
    "greedy_b": (
        f"{MODULE}.group_dealer_manager,sales_team.group_sale_manager,"
        "base.group_partner_manager,account.group_account_manager",
        "b",
    ),
    "homeless": (f"{MODULE}.group_dealer_user,{ALL_SALES}", ""),
    "credit": (f"{MODULE}.group_credit_controller", ""),
    "agent": (f"{MODULE}.group_call_centre", ""),
    "auditor": (f"{MODULE}.group_oem_auditor", ""),
    "oem": (f"{MODULE}.group_oem_manager", ""),
    # No role of ours: what bare Odoo allows.
    "clerk": (f"base.group_user,{ALL_SALES}", ""),
}
# What the network has besides its users.
NETWORK = ["region_north", "region_south", "dealer_a", "dealer_b"]
NETWORK += ["product", "customer_a", "customer_b"]
KEPT = "__test_network__"


def keep_network(env):
    """Leave the network in a database that only tests see: to make it takes a third of their time.

    The caller commits.
    """
    maker = type("Maker", (DealerFactories,), {"env": env(context={"tracking_disable": True})})
    env["ir.model.data"].create(
        [
            {"module": KEPT, "name": name, "model": record._name, "res_id": record.id}
            for name, record in maker._make_network().items()
        ]
    )


def _kept(env):
    """``{name: record}`` of what ``keep_network`` left."""
    names = env["ir.model.data"].search([("module", "=", KEPT)])
    return {name.name: env[name.model].browse(name.res_id) for name in names}


class DealerFactories(KeptCaches):
    """Two dealers in two regions, a user per role, a customer per dealer; for any test case."""

    @classmethod
    def _set_up_network(cls):
        """The network as ``keep_network`` left it in the database, else made for this class."""
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        network = _kept(cls.env) or cls._make_network()
        cls.users = {login: network.pop(f"user_{login}") for login in ROLES}
        for name, record in network.items():
            setattr(cls, name, record)

    @classmethod
    def _make_network(cls):
        """``{name: record}``, the users' names beginning with ``user_``."""
        cls.region_north, cls.region_south = cls.env["crm.dealer.region"].create(
            [{"name": "Test North", "code": "T-N"}, {"name": "Test South", "code": "T-S"}]
        )
        cls.dealer_a, cls.dealer_b = cls.env["crm.dealer"].create(
            [
                {"name": "Test Dealer A", "code": "T-A", "region_id": cls.region_north.id},
                {"name": "Test Dealer B", "code": "T-B", "region_id": cls.region_south.id},
            ]
        )
        # Logins that the demo network has as well make room for the tests' own; whoever's login
        # changes through the ERP is mailed.
        cls.env["res.users"].flush_model(["login"])
        cls.env.cr.execute(
            SQL(
                "UPDATE res_users SET login = 'demo.' || login WHERE login = ANY(%s)",
                list(ROLES),
            )
        )
        cls.env["res.users"].invalidate_model(["login"])
        users = {f"user_{login}": user for login, user in cls._make_users().items()}
        cls.product = cls.env["product.product"].create(
            {"name": "Test Part", "type": "service", "list_price": 100.0, "taxes_id": False}
        )
        cls.customer_a = cls._customer(cls.dealer_a, name="Test Customer A")
        cls.customer_b = cls._customer(cls.dealer_b, name="Test Customer B")
        return {name: getattr(cls, name) for name in NETWORK} | users

    @classmethod
    def _make_users(cls, roles=ROLES, prefix=""):
        """``{login: user}``, made at once: one by one they take most of the time of a class.

        :param roles: as ``ROLES``
        :param prefix: goes before the logins
        """
        dealers = {"a": cls.dealer_a, "b": cls.dealer_b, "": cls.env["crm.dealer"]}
        values = []
        for name, (groups, staff) in roles.items():
            login = f"{prefix}{name}"
            groups = [cls.env.ref(group).id for group in groups.split(",")]
            values.append(
                {
                    "name": f"Test {name}",
                    "login": login,
                    "password": login.ljust(8, "x"),
                    "email": f"{login}@example.com",
                    "group_ids": [Command.set(groups)],
                    "dealer_ids": [Command.set(dealers[staff].ids)],
                }
            )
        # Without a picture, which is five files a user.
        with patch.object(type(cls.env["res.partner"]), "_avatar_generate_svg", lambda _self: b""):
            users = cls.env["res.users"].with_context(no_reset_password=True).create(values)
        return dict(zip(roles, users.with_env(cls.env), strict=True))

    @classmethod
    def _customer(cls, dealer, **vals):
        """A person who is a customer of ``dealer`` (may be empty)."""
        return cls.env["res.partner"].create(
            {"name": "Test Customer", "dealer_id": dealer.id if dealer else False, **vals}
        )

    @classmethod
    def _lead(cls, partner, **vals):
        """An open opportunity of ``partner``."""
        return cls.env["crm.lead"].create(
            {
                "name": "Test Lead",
                "type": "opportunity",
                "partner_id": partner.id if partner else False,
                "user_id": False,
                **vals,
            }
        )

    @classmethod
    def _order(cls, partner, amount=100.0, date=None, **vals):
        """A confirmed order of ``partner``; ``amount`` in company currency, without tax."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        order.action_confirm()
        if date:
            order.date_order = fields.Datetime.to_datetime(date)
        return order

    @classmethod
    def _invoice(cls, partner, amount=100.0, post=False, **vals):
        """A customer invoice of ``partner``; ``amount`` in company currency, without tax."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _vehicle(cls, owner, **vals):
        """A vehicle of ``owner`` (may be empty), looked after by the owner's dealer."""
        return cls.env["crm.vehicle"].create({"partner_id": owner.id if owner else False, **vals})

    @classmethod
    def _visit(cls, vehicle, **vals):
        """A visit that took place, of the vehicle's owner at its date."""
        return cls.env["crm.service.visit"].create(
            {"vehicle_id": vehicle.id, "stage": "delivered", **vals}
        )

    @classmethod
    def _grade_pending(cls):
        """What follows a commit: the job grades the customers that the transaction noted."""
        cls.env.cr.flush()
        cls.env["crm.grading.pending"]._grade_batch(10_000)

    def _as(self, login, records=None):
        """``records`` (or the environment) seen by the user of a role."""
        user = self.users[login]
        return records.with_user(user) if records is not None else self.env(user=user, su=False)


class DealerCommon(DealerFactories, TransactionCase):
    """Network, roles and customers, made once per class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
