"""Hooks: nothing of the surveys stays behind."""

from odoo.tools import SQL


def uninstall_hook(env):
    """Give G6 its own source back; our tables go as a whole, whatever hangs on what."""
    env["crm.grading.metric"]._hear_contacts_only()
    env.flush_all()
    env.cr.execute(
        """SELECT relname, conname FROM pg_constraint
             JOIN pg_class ON pg_class.oid = conrelid
            WHERE contype = 'f' AND relname ~ '^crm_(satisfaction|followup)_'
              AND relnamespace = current_schema::regnamespace"""
    )
    for table, name in env.cr.fetchall():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)
            )
        )
