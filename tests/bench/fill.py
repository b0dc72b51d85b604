"""A network's data by SQL: plausible, skewed, the same on every run."""

from report import step
from scratch import CONTACTS, DEALERS, ORDERS, REGIONS, VEHICLES, VISITS, bulk, run

# One contact in ten belongs to a company; what it orders counts for the company.
CONTACTS_SQL = f"""
INSERT INTO res_partner (id, name, complete_name, commercial_company_name, type, is_company,
    active, partner_share, employee, lang, country_id, city, street, phone, phone_sanitized,
    email, email_normalized, parent_id, commercial_partner_id, company_id, autopost_bills, color,
    message_bounce, customer_rank, supplier_rank, create_uid, write_uid, create_date, write_date)
SELECT id, name, CASE WHEN parent IS NULL THEN name ELSE 'Company ' || parent || ', ' || name END,
       CASE WHEN company THEN name END, 'contact', company, true, true, false, 'en_US', 48,
       'City ' || n %% 300, n || ' Long Street', '+86138' || lpad(n::text, 8, '0'),
       '+86138' || lpad(n::text, 8, '0'), 'c' || n || '@example.com', 'c' || n || '@example.com',
       parent, COALESCE(parent, id), NULL, 'ask', 0, 0, 1, 0, 1, 1, now(), now()
  FROM (SELECT n, %(base)s + n AS id, n %% 10 = 1 AS company,
               CASE WHEN n %% 10 = 0 THEN %(base)s + n - 9 END AS parent,
               CASE WHEN n %% 10 = 1 THEN 'Company ' || %(base)s + n
                    ELSE chr(65 + n %% 26) || md5(n::text) END AS name
          FROM generate_series(1, {CONTACTS}) n) c"""

# Few customers order often; two years back from today.
ORDERS_SQL = f"""
INSERT INTO sale_order (id, name, state, partner_id, partner_invoice_id, partner_shipping_id,
    company_id, currency_id, currency_rate, date_order, amount_untaxed, amount_tax, amount_total,
    invoice_status, user_id, team_id, locked, require_signature, require_payment,
    create_uid, write_uid, create_date, write_date)
SELECT %(order)s + n, 'B' || lpad(n::text, 8, '0'), 'sale', partner, partner, partner,
       1, 1, 1, date, amount, 0, amount, 'no', 2, NULL, false, false, false, 1, 1, date, date
  FROM (SELECT n, %(base)s + 1 + floor({CONTACTS} * power(random(), 1.6))::int AS partner,
               now() AT TIME ZONE 'UTC' - random() * interval '730 days' AS date,
               round((50 + 2000 * -ln(1 - random()))::numeric, 2) AS amount
          FROM generate_series(1, {ORDERS}) n) o"""

CUSTOMERS_SQL = """
UPDATE res_partner SET
       dealer_id = (SELECT id FROM bench_dealer
                     WHERE n = commercial_partner_id * 7919::bigint %% %(dealers)s),
       customer_number = CASE WHEN parent_id IS NULL THEN 'CRM-200001-' || id END
 WHERE id > %(base)s"""

ORDER_DEALERS_SQL = """
UPDATE sale_order o SET dealer_id = p.dealer_id
  FROM res_partner p WHERE p.id = o.partner_id AND o.id > %(order)s"""

# Vehicles go to nine tenths of the customers, taken over in the last five years.
VEHICLES_SQL = f"""
INSERT INTO crm_vehicle (id, vin, plate, plate_kind, partner_id, commercial_partner_id, dealer_id,
    selling_dealer_id, company_id, currency_id, purchase_date, delivery_date, active, mileage,
    create_uid, write_uid, create_date, write_date)
SELECT n, 'LBENCH' || lpad(n::text, 11, '0'), 'B' || lpad(n::text, 7, '0'), 'ordinary', p.id,
       p.commercial_partner_id, p.dealer_id, p.dealer_id, 1, 1, day, day, true, 1000,
       1, 1, now(), now()
  FROM (SELECT n, %(base)s + 1 + floor(0.9 * {CONTACTS} * random())::int AS partner,
               current_date - floor(random() * 1825)::int AS day
          FROM generate_series(1, {VEHICLES}) n) v
  JOIN res_partner p ON p.id = v.partner"""

OWNERSHIPS_SQL = """
INSERT INTO crm_vehicle_ownership (vehicle_id, partner_id, commercial_partner_id, plate, date_from,
    dealer_id, delivery_date, selling_dealer_id, is_present, is_buyer, create_uid, write_uid,
    create_date, write_date)
SELECT id, partner_id, commercial_partner_id, plate, delivery_date, dealer_id, delivery_date,
       selling_dealer_id, TRUE, TRUE, 1, 1, now(), now()
  FROM crm_vehicle"""

VISITS_SQL = f"""
INSERT INTO crm_service_visit (id, name, work_order, vehicle_id, partner_id, commercial_partner_id,
    dealer_id, company_id, currency_id, stage, visit_type, date, labour_amount, parts_amount,
    amount_total, order_id, mileage, active, user_id, create_uid, write_uid, create_date,
    write_date)
SELECT n, 'W' || n, 'W' || n, v.id, v.partner_id, v.commercial_partner_id, v.dealer_id, 1, 1,
       CASE WHEN n %% 50 = 0 THEN 'cancelled' WHEN n %% 50 = 1 THEN 'booked' ELSE 'delivered' END,
       (ARRAY['maintenance', 'warranty', 'repair', 'body_paint'])[1 + n %% 4], date,
       amount / 2, amount / 2, amount, CASE WHEN n %% 20 = 0 THEN %(order)s + n / 20 END,
       5000, true, 2, 1, 1, date, date
  FROM (SELECT n, 1 + floor({VEHICLES} * power(random(), 1.3))::int AS vehicle,
               now() AT TIME ZONE 'UTC' - random() * interval '730 days' AS date,
               round((20 + 300 * -ln(1 - random()))::numeric, 2) AS amount
          FROM generate_series(1, {VISITS}) n) s
  JOIN crm_vehicle v ON v.id = s.vehicle"""


# An open lead for every fifth contact, a call for every third, something known of the firms.
LEADS_SQL = """
INSERT INTO crm_lead (name, type, active, partner_id, dealer_id, company_id, stage_id, won_status,
    expected_revenue, date_deadline, probability, priority, create_uid, write_uid, create_date,
    write_date)
SELECT 'Lead', 'opportunity', true, id, dealer_id, 1, (SELECT min(id) FROM crm_stage), 'pending',
       round((1000 + 200000 * random())::numeric, 2),
       current_date - 60 + floor(random() * 500)::int, 10, '0', 1, 1, now(), now()
  FROM res_partner WHERE id > %(base)s AND id %% 5 = 0"""

LOGS_SQL = """
INSERT INTO crm_contact_log (partner_id, commercial_partner_id, dealer_id, date, way, direction,
    summary, satisfaction, complaint, create_uid, write_uid, create_date, write_date)
SELECT id, commercial_partner_id, dealer_id,
       now() AT TIME ZONE 'UTC' - random() * interval '400 days', 'phone', 'out', 'Call',
       floor(random() * 11)::int, CASE WHEN random() < 0.03 THEN 'open' END,
       1, 1, now(), now()
  FROM res_partner WHERE id > %(base)s AND id %% 3 = 0"""

STANDING_SQL = """
UPDATE res_partner SET is_reseller = id %% 2 = 0, sells_online = id %% 14 = 0,
       payment_habit = (ARRAY['cash', 'card', 'credit', NULL])[1 + id %% 4],
       credit_standing = (ARRAY['good', 'fair', 'poor', NULL])[1 + id %% 7 %% 4],
       agreement_until = CASE WHEN id %% 50 = 0 THEN current_date + 30 END
 WHERE id > %(base)s AND is_company"""


def fill(table, statement, params):
    step(f"filling {table}")
    with bulk(table) as cr:
        cr.execute(statement, params)
    run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def fill_before():
    """What a company has before it installs our addons: contacts and orders."""
    [[base, order]] = run(
        "SELECT (SELECT max(id) FROM res_partner), (SELECT max(id) FROM sale_order)"
    )
    params = {"base": base, "order": order}
    fill("res_partner", CONTACTS_SQL, params)
    fill("sale_order", ORDERS_SQL, params)
    return params


def make_network(env):
    """Dealers and regions, through the ORM; the numbers 0… of the dealers are for the SQL."""
    regions = env["crm.dealer.region"].create(
        [{"name": f"Bench Region {n}", "code": f"BR{n}"} for n in range(REGIONS)]
    )
    dealers = env["crm.dealer"].create(
        [
            {
                "name": f"Bench Dealer {n:03d}",
                "code": f"BD{n:03d}",
                "region_id": regions[n % REGIONS].id,
            }
            for n in range(DEALERS)
        ]
    )
    env.cr.execute("CREATE TABLE bench_dealer (n int PRIMARY KEY, id int)")
    for n, dealer in enumerate(dealers):
        env.cr.execute("INSERT INTO bench_dealer VALUES (%s, %s)", [n, dealer.id])
    return dealers


def fill_after(params):
    """What is there once the network works with the addons."""
    params = {**params, "dealers": DEALERS}
    fill("res_partner", CUSTOMERS_SQL, params)
    fill("sale_order", ORDER_DEALERS_SQL, params)
    fill("crm_vehicle", VEHICLES_SQL, params)
    fill("crm_vehicle_ownership", OWNERSHIPS_SQL, params)
    fill("crm_service_visit", VISITS_SQL, params)
    fill("res_partner", STANDING_SQL, params)
    fill("crm_lead", LEADS_SQL, params)
    fill("crm_contact_log", LOGS_SQL, params)


# -- Changes between two regrades --------------------------------------------------------------

ONE_VISIT_SQL = """
INSERT INTO crm_service_visit (name, vehicle_id, partner_id, commercial_partner_id, dealer_id,
    company_id, currency_id, stage, visit_type, date, labour_amount, parts_amount, amount_total,
    active, user_id, create_uid, write_uid, create_date, write_date)
SELECT 'new ' || gen_random_uuid(), id, partner_id, commercial_partner_id, dealer_id, 1, 1,
       'delivered', 'repair', now() AT TIME ZONE 'UTC' - interval '1 hour', 500, 0, 500, true,
       2, 1, 1, now(), now()
  FROM crm_vehicle WHERE id = ANY(%s)"""

ONE_ORDER_SQL = """
INSERT INTO sale_order (name, state, partner_id, partner_invoice_id, partner_shipping_id,
    company_id, currency_id, currency_rate, date_order, amount_untaxed, amount_tax, amount_total,
    invoice_status, user_id, dealer_id, create_uid, write_uid, create_date, write_date)
SELECT 'new', 'sale', id, id, id, 1, 1, 1, now() AT TIME ZONE 'UTC' - interval '1 hour', 900, 0,
       900, 'no', 2, dealer_id, 1, 1, now(), now()
  FROM res_partner WHERE id = ANY(%s)"""


def change_customers(count):
    """A visit for one half and an order for the other half of ``count`` customers."""
    rows = run(
        "SELECT min(id), commercial_partner_id FROM crm_vehicle GROUP BY 2"
        " ORDER BY md5(commercial_partner_id::text) LIMIT %s",
        [count],
    )
    half = len(rows) // 2
    run(ONE_VISIT_SQL, [[vehicle for vehicle, _partner in rows[:half]]])
    run(ONE_ORDER_SQL, [[partner for _vehicle, partner in rows[half:]]])
