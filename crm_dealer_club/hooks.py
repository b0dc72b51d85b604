"""Hooks: nothing of the club stays behind."""


def uninstall_hook(env):
    """Pricelists of cards are no data of the module, and would keep their discounts."""
    env["product.pricelist"]._club_drop_all()
