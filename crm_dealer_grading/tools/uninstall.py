"""What removing an addon needs."""

import logging

from odoo.tools import SQL, escape_psql

from .frozen import FROZEN

_logger = logging.getLogger(__name__)

_GOING = SQL("SELECT name FROM ir_module_module WHERE state = 'to remove'")
# Models of the modules that go: nobody else names them.
_OUR_MODELS = SQL(
    """SELECT m.id FROM ir_model m
         JOIN ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id
        GROUP BY m.id HAVING bool_and(d.module IN (%s))""",
    _GOING,
)


def _own_tables(env):
    """Names of the tables of the models that go."""
    rows = env.execute_query(SQL("SELECT model FROM ir_model WHERE id IN (%s)", _OUR_MODELS))
    models = [env[model] for (model,) in rows if model in env]
    return [model._table for model in models if not model._abstract]


def drop_functions(env, *names):
    """Drop the triggers of our tables with their functions, which would stay behind the tables.

    A function that a trigger of somebody's own calls stays, and is told.

    :param names: of functions besides those that freeze rows
    """
    tables = _own_tables(env)
    names = [*names, *(f"{table}{FROZEN}" for table in tables)]
    triggers = SQL(
        """SELECT relname, tgname FROM pg_trigger
             JOIN pg_class ON pg_class.oid = tgrelid
             JOIN pg_proc ON pg_proc.oid = tgfoid
            WHERE NOT tgisinternal AND proname = ANY(%s) AND relname = ANY(%s)
              AND relnamespace = current_schema::regnamespace""",
        names,
        tables,
    )
    for table, name in env.execute_query(triggers):
        env.cr.execute(SQL("DROP TRIGGER %s ON %s", SQL.identifier(name), SQL.identifier(table)))
    functions = SQL(
        """SELECT proname, string_agg(tgrelid::regclass::text, ', ')
             FROM pg_proc LEFT JOIN pg_trigger ON tgfoid = pg_proc.oid
            WHERE proname = ANY(%s) AND pronamespace = current_schema::regnamespace
            GROUP BY proname""",
        names,
    )
    for name, others in env.execute_query(functions):
        if others:
            words = "Function %s stays: triggers of %s call it. Drop these, then the function."
            _logger.warning(words, name, others)
        else:
            env.cr.execute(SQL("DROP FUNCTION %s()", SQL.identifier(name)))


def drop_own_keys(env, module):
    """Drop the foreign keys that go with ``module``, so that our tables go as a whole.

    Those of our tables and relations, whatever module a field of them is from, and those of our
    columns in others' tables. Others' tables may have keys of the same names.
    """
    relations = SQL(
        """SELECT l.name FROM ir_model_relation l JOIN ir_module_module o ON o.id = l.module
            GROUP BY l.name HAVING bool_and(o.name IN (%s))""",
        _GOING,
    )
    going = {*_own_tables(env), *(name for (name,) in env.execute_query(relations))}
    keys = SQL(
        """SELECT r.relname, k.conname, array_agg(m.model) FROM pg_constraint k
             JOIN pg_class r ON r.oid = k.conrelid
             LEFT JOIN (ir_model_constraint c
                        JOIN ir_module_module o ON o.id = c.module AND o.name = %s
                        JOIN ir_model m ON m.id = c.model)
                    ON c.name = k.conname AND c.type = 'f'
            WHERE k.contype = 'f' AND r.relnamespace = current_schema::regnamespace
              AND (m.id IS NOT NULL OR r.relname = ANY(%s))
            GROUP BY r.relname, k.conname""",
        module,
        list(going),
    )
    for table, name, models in env.execute_query(keys):
        if table in going or any(env[m]._table == table for m in models if m in env):
            names = SQL.identifier(table), SQL.identifier(name)
            env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", *names))
    # Core forgets those of our models; of others' tables each would stay noted.
    env.cr.execute(
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
        SQL(
            """DELETE FROM ir_model_data WHERE module NOT IN (%(going)s) AND (
                      model = 'ir.model.inherit' AND res_id IN (
                      SELECT id FROM ir_model_inherit WHERE model_id IN (%(ours)s))
                   OR model = 'ir.model.fields.selection' AND res_id IN (
                      SELECT s.id FROM ir_model_fields_selection s
                        JOIN ir_model_fields f ON f.id = s.field_id
                       WHERE f.model_id IN (%(ours)s)))""",
            going=_GOING,
            ours=_OUR_MODELS,
        )
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
