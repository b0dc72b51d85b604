"""What removing an addon needs."""

from odoo.tools import SQL, escape_psql


def drop_foreign_keys(cr, pattern):
    """Drop the foreign keys of our tables, so that they go as a whole, whatever hangs on what.

    :param str pattern: regular expression of the tables' names
    """
    cr.execute(
        SQL(
            """SELECT relname, conname FROM pg_constraint
                 JOIN pg_class ON pg_class.oid = conrelid
                WHERE contype = 'f' AND relname ~ %s
                  AND relnamespace = current_schema::regnamespace""",
            pattern,
        )
    )
    _drop_found(cr)


def _drop_found(cr):
    """Drop the constraints that the last query named by table and name."""
    for table, name in cr.fetchall():
        cr.execute(
            SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name))
        )


def drop_triggers(cr, pattern):
    """Drop the triggers of our tables with their functions, which would stay behind the tables.

    :param str pattern: regular expression of the tables' names
    """
    cr.execute(
        SQL(
            """SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger
                 JOIN pg_class ON pg_class.oid = tgrelid
                WHERE NOT tgisinternal AND relname ~ %s
                  AND relnamespace = current_schema::regnamespace""",
            pattern,
        )
    )
    for (function,) in cr.fetchall():
        cr.execute(SQL("DROP FUNCTION %s CASCADE", SQL(function)))


def drop_own_keys(cr, module):
    """Drop all foreign keys that ``module`` made: on its tables, relations and columns."""
    cr.execute(
        SQL(
            """SELECT r.relname, k.conname FROM pg_constraint k
                 JOIN pg_class r ON r.oid = k.conrelid
                 JOIN ir_model_constraint c ON c.name = k.conname AND c.type = 'f'
                 JOIN ir_module_module m ON m.id = c.module AND m.name = %s
                WHERE k.contype = 'f' AND r.relnamespace = current_schema::regnamespace""",
            module,
        )
    )
    _drop_found(cr)
    # Core forgets those of our models; of others' tables each would stay noted.
    cr.execute(
        SQL(
            """DELETE FROM ir_model_constraint c USING ir_module_module m
                WHERE m.id = c.module AND m.name = %s AND c.type = 'f'""",
            module,
        )
    )


def drop_counters(env, module):
    """Drop what PostgreSQL counts by for the periods of our sequences.

    Core deletes a period with its sequence by the database, which leaves the counter behind.
    """
    names = env["ir.model.data"].search([("module", "=", module), ("model", "=", "ir.sequence")])
    sequences = env["ir.sequence"].browse(names.mapped("res_id")).exists()
    sequences.date_range_ids.unlink()


def drop_parameters(env, module):
    """Forget the settings of ``module``: those of the settings' page and of jobs are no data."""
    key = escape_psql(f"{module}.") + "%"
    env["ir.config_parameter"].search([("key", "=like", key)]).unlink()


def forget_used(env, module, models):
    """Forget the names of records that others' documents keep: they stay, as the company's own.

    A delete would be refused, and logged as an error. First ``drop_own_keys``.

    :param models: the records' models, those whose records keep others' first
    """
    for model in models:
        cr = env.cr
        cr.execute(
            SQL(
                """SELECT r.relname, a.attname FROM pg_constraint k
                     JOIN pg_class r ON r.oid = k.conrelid
                     JOIN pg_class f ON f.oid = k.confrelid AND f.relname = %s
                     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                    WHERE k.contype = 'f' AND k.confdeltype IN ('a', 'r')""",
                env[model]._table,
            )
        )
        used = [
            SQL("SELECT %s FROM %s", SQL.identifier(column), SQL.identifier(table))
            for table, column in cr.fetchall()
        ]
        if model == "product.template":  # goes with its products, unless one is kept
            used.append(SQL(
                """SELECT p.product_tmpl_id FROM product_product p WHERE NOT EXISTS (
                       SELECT FROM ir_model_data d WHERE d.model = 'product.product'
                          AND d.module = %s AND d.res_id = p.id)""",
                module,
            ))  # fmt: skip
        for ids in used:
            cr.execute(
                SQL(
                    "DELETE FROM ir_model_data WHERE module = %s AND model = %s AND res_id IN (%s)",
                    module,
                    model,
                    ids,
                )
            )


def forget_mixins(cr):
    """Forget the names that other modules gave to what models that go inherit from mixins.

    A mixin that ``calendar`` extends is noted there for each of our models, and would stay noted;
    so are the values of its selections.
    """
    cr.execute(
        """WITH gone AS (SELECT name FROM ir_module_module WHERE state = 'to remove'),
                ours AS (
                SELECT m.id FROM ir_model m
                  JOIN ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id
                 GROUP BY m.id HAVING bool_and(d.module IN (SELECT name FROM gone)))
           DELETE FROM ir_model_data WHERE module NOT IN (SELECT name FROM gone) AND (
                  model = 'ir.model.inherit' AND res_id IN (
                  SELECT id FROM ir_model_inherit WHERE model_id IN (SELECT id FROM ours))
               OR model = 'ir.model.fields.selection' AND res_id IN (
                  SELECT s.id FROM ir_model_fields_selection s
                    JOIN ir_model_fields f ON f.id = s.field_id
                   WHERE f.model_id IN (SELECT id FROM ours)))"""
    )


def stop_computing(env):
    """Compute no field any more that goes.

    Without their keys rows point to what core deletes before them, a vehicle model say; where a
    field of ours looks at it core would fail, and leave the model with its name for good.
    """
    env.flush_all()
    env.cr.execute(
        """SELECT f.model, f.name FROM ir_model_fields f
             JOIN ir_model_data d ON d.model = 'ir.model.fields' AND d.res_id = f.id
            GROUP BY f.id
           HAVING bool_and(d.module IN (
                  SELECT name FROM ir_module_module WHERE state = 'to remove'))"""
    )
    fields = [
        env[model]._fields[name]
        for model, name in env.cr.fetchall()
        if model in env and name in env[model]._fields
    ]
    # As core does when it deletes fields; the registry is built anew after the removal.
    env.registry._discard_fields(fields)
