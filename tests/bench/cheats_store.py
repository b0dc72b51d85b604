"""Stores the network of ``cheats_fill``, by a statement a table."""

from datetime import timedelta

from psycopg2.extras import execute_values

from scratch import cursor

TABLES = (
    "res_partner",
    "survey_user_input",
    "survey_user_input_line",
    "crm_service_visit",
    "crm_vehicle",
    "crm_contact_log",
    "mail_message",
    "mail_tracking_value",
)


def insert(cr, table, columns, rows):
    """Insert rows and return their ids, in order."""
    statement = f"INSERT INTO {table} ({columns}) VALUES %s RETURNING id"
    return [row[0] for row in execute_values(cr, statement, rows, page_size=5000, fetch=True)]


def store(seeds, version, survey, programme, phone_field):
    """Insert the network; ids of the answers by their number."""
    since = seeds.since
    with cursor() as cr:
        partners = insert(
            cr, "res_partner",
            "name, complete_name, type, is_company, active, partner_share, phone, phone_sanitized,"
            " dealer_id, contact_opt_out, autopost_bills, color, create_date, write_date",
            [(f"Seed {p['number']}", f"Seed {p['number']}", "contact", p["company"], True, True,
              p["phone"], p["phone"], p["dealer"], p["opt_out"], "ask", 0, since, since)
             for p in seeds.partners],
        )  # fmt: skip
        cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)",
                   [partners])  # fmt: skip
        visits = _insert_visits(cr, seeds, partners)
        answers = insert(
            cr, "survey_user_input",
            "survey_id, state, access_token, satisfaction_version_id, satisfaction_programme_id,"
            " dealer_id, partner_id, commercial_partner_id, company_id, visit_id,"
            " satisfaction_channel, start_datetime, end_datetime, create_date",
            [(survey, "done", f"seed-{version}-{a['number']}", version, programme, a["dealer"],
              partners[a["person"]["number"]], partners[a["person"]["number"]], 1,
              visits[a["person"]["number"]], a["channel"], a["begun"],
              a["begun"] + timedelta(seconds=a["seconds"]), a["drawn"])
             for a in seeds.answers],
        )  # fmt: skip
        insert(
            cr, "survey_user_input_line",
            "user_input_id, survey_id, question_id, answer_type, value_scale, skipped",
            [(answers[a["number"]], survey, q[0], "scale", figure, False)
             for a in seeds.answers for q, figure in a["said"].items()],
        )  # fmt: skip
        _insert_contacts(cr, seeds, partners, phone_field)
        for table in TABLES:
            cr.execute(f"ANALYZE {table}")
    return answers


def _insert_visits(cr, seeds, partners):
    visited = seeds.since + timedelta(days=8)
    vehicles = insert(
        cr, "crm_vehicle",
        "vin, partner_id, commercial_partner_id, dealer_id, company_id, currency_id, active",
        [(f"LSEED{partner:012}", partner, partner, p["dealer"], 1, 1, True)
         for p, partner in zip(seeds.partners, partners, strict=True)],
    )  # fmt: skip
    return insert(
        cr, "crm_service_visit",
        "name, vehicle_id, partner_id, commercial_partner_id, dealer_id, company_id, currency_id,"
        " stage, visit_type, date, active",
        [(f"Seed {p['number']}", vehicle, partner, partner, p["dealer"], 1, 1, "delivered",
          "maintenance", visited, True)
         for p, partner, vehicle in zip(seeds.partners, partners, vehicles, strict=True)],
    )  # fmt: skip


def _insert_contacts(cr, seeds, partners, phone_field):
    insert(
        cr, "crm_contact_log",
        "partner_id, commercial_partner_id, dealer_id, date, way, direction, summary, complaint",
        [(partners[number], partners[number], dealer, seeds.since + timedelta(days=9), "phone",
          "in", "Seed", "solved") for number, dealer in seeds.complaints],
    )  # fmt: skip
    messages = insert(
        cr, "mail_message", "message_type, model, res_id, date",
        [("notification", "res.partner", partners[number], day)
         for number, _user, day in seeds.changes],
    )  # fmt: skip
    insert(
        cr, "mail_tracking_value",
        "mail_message_id, field_id, old_value_char, new_value_char, create_uid",
        [(message, phone_field, "+8613800000000", "+8613800000001", user)
         for message, (_number, user, _day) in zip(messages, seeds.changes, strict=True)],
    )  # fmt: skip
