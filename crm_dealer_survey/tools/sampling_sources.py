"""Whom a programme asks: one query of events for each kind (S2).

Each gives ``key, stratum, visit_id, lead_id, vehicle_id, partner_id, dealer_id, moment``. The
parameters are ``company``, ``dealers`` (ids), ``start`` and ``stop`` (naive UTC) and ``day_from``
and ``day_to`` (the company's days), both half-open.
"""

from odoo.tools import SQL

_EVENTS = {
    "visit": """
        SELECT 'visit:' || v.id AS key, v.visit_type AS stratum, v.id AS visit_id,
               NULL::int AS lead_id, v.vehicle_id, v.partner_id, v.dealer_id,
               COALESCE(v.date_delivered, v.date) AS moment
          FROM crm_service_visit v
         WHERE v.stage IN ('delivered', 'followed_up') AND v.active
           AND COALESCE(v.date_delivered, v.date) >= %(start)s
           AND COALESCE(v.date_delivered, v.date) < %(stop)s
           AND v.company_id = %(company)s AND v.dealer_id = ANY(%(dealers)s)
           AND v.partner_id IS NOT NULL""",
    "delivery": """
        SELECT 'delivery:' || d.id AS key, 'delivery' AS stratum, NULL::int AS visit_id,
               d.lead_id, d.vehicle_id, d.partner_id, d.dealer_id,
               l.delivered_on::timestamp AS moment
          FROM crm_lead_delivery_log d
          JOIN crm_lead l ON l.id = d.lead_id
          JOIN crm_dealer w ON w.id = d.dealer_id
         WHERE d.event = 'delivered' AND l.delivered_on >= %(day_from)s
           AND l.delivered_on < %(day_to)s AND d.dealer_id = ANY(%(dealers)s)
           AND COALESCE(l.company_id, w.company_id, %(company)s) = %(company)s
           AND d.partner_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM crm_lead_delivery_log u
                            WHERE u.lead_id = d.lead_id AND u.id > d.id)""",
    "vehicle": """
        SELECT 'vehicle:' || v.id AS key, 'vehicle' AS stratum, NULL::int AS visit_id,
               NULL::int AS lead_id, v.id AS vehicle_id, v.partner_id, v.dealer_id,
               v.purchase_date::timestamp AS moment
          FROM crm_vehicle v
          JOIN crm_dealer w ON w.id = v.dealer_id
         WHERE v.active AND v.purchase_date >= %(day_from)s AND v.purchase_date < %(day_to)s
           AND v.dealer_id = ANY(%(dealers)s) AND v.partner_id IS NOT NULL
           AND COALESCE(w.company_id, %(company)s) = %(company)s""",
    "prospect": """
        SELECT 'lead:' || l.id AS key, 'prospect' AS stratum, NULL::int AS visit_id,
               l.id AS lead_id, NULL::int AS vehicle_id, l.partner_id, l.dealer_id,
               l.create_date AS moment
          FROM crm_lead l
         WHERE l.active AND l.type = 'opportunity' AND l.won_status = 'pending'
           AND l.create_date >= %(start)s AND l.create_date < %(stop)s
           AND l.dealer_id = ANY(%(dealers)s) AND l.partner_id IS NOT NULL
           AND COALESCE(l.company_id, %(company)s) = %(company)s""",
    "lost_lead": """
        SELECT 'lead:' || l.id AS key, 'lost_lead' AS stratum, NULL::int AS visit_id,
               l.id AS lead_id, NULL::int AS vehicle_id, l.partner_id, l.dealer_id,
               l.date_closed AS moment
          FROM crm_lead l
         WHERE l.type = 'opportunity' AND l.won_status = 'lost'
           AND l.date_closed >= %(start)s AND l.date_closed < %(stop)s
           AND l.dealer_id = ANY(%(dealers)s) AND l.partner_id IS NOT NULL
           AND COALESCE(l.company_id, %(company)s) = %(company)s""",
    "lost_owner": """
        SELECT 'last:' || v.id AS key, 'lost_owner' AS stratum, v.id AS visit_id,
               NULL::int AS lead_id, v.vehicle_id, v.partner_id, v.dealer_id,
               COALESCE(v.date_delivered, v.date) AS moment
          FROM crm_service_visit v
         WHERE v.stage IN ('delivered', 'followed_up') AND v.active
           AND COALESCE(v.date_delivered, v.date) >= %(start)s
           AND COALESCE(v.date_delivered, v.date) < %(stop)s
           AND v.company_id = %(company)s AND v.dealer_id = ANY(%(dealers)s)
           AND v.partner_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM crm_service_visit n
                            WHERE n.commercial_partner_id = v.commercial_partner_id
                              AND n.date > v.date AND n.stage <> 'cancelled' AND n.active)""",
    "dealer": """
        SELECT 'dealer:' || d.id || ':' || p.id AS key, 'dealer' AS stratum,
               NULL::int AS visit_id, NULL::int AS lead_id, NULL::int AS vehicle_id,
               p.id AS partner_id, d.id AS dealer_id, %(start)s::timestamp AS moment
          FROM crm_dealer d
          JOIN res_partner p ON p.id = d.partner_id OR p.parent_id = d.partner_id
         WHERE d.id = ANY(%(dealers)s) AND p.active AND d.partner_id IS NOT NULL
           AND COALESCE(d.company_id, %(company)s) = %(company)s""",
}


def events_sql(source, parameters):
    """The query of the events of ``source``, a value of ``sample_source`` of programmes."""
    return SQL(_EVENTS[source], **parameters)
