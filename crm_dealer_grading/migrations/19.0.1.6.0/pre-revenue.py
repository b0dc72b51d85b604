"""The revenue of orders starts empty: of most it is the amount."""


def migrate(cr, version):
    cr.execute("ALTER TABLE sale_order ADD COLUMN IF NOT EXISTS crm_revenue numeric")
