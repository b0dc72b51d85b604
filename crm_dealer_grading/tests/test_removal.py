from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_grading.tools.uninstall import drop_functions, drop_own_keys

_OURS = "crm_dealer_grading"
_FUNCTION = "crm_retention_log_frozen"


@tagged("post_install", "-at_install")
class TestRemoval(TransactionCase):
    """Removal drops what is ours, and nothing of a table, trigger or key that looks like it."""

    def setUp(self):
        super().setUp()
        # All that stand on it go with it.
        modules = self.env["ir.module.module"].search([("name", "=", _OURS)])
        going = modules | modules.downstream_dependencies()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_module_module SET state = 'to remove' WHERE id = ANY(%s)", [going.ids]
        )

    def _found(self, query, *params):
        self.env.cr.execute(query, params)
        return {name for (name,) in self.env.cr.fetchall()}

    def _triggers(self, table):
        return self._found(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass", table
        )

    def _keys(self, table):
        return self._found(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
            table,
        )

    def test_others_trigger_keeps_our_function(self):
        self.env.cr.execute(
            f"""CREATE TABLE elsewhere (id integer);
                CREATE TRIGGER theirs BEFORE UPDATE ON elsewhere
                   FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()"""
        )
        with self.assertLogs("odoo.addons.crm_dealer_grading.tools.uninstall") as log:
            drop_functions(self.env)
        self.assertIn(f"Function {_FUNCTION} stays: triggers of elsewhere", log.output[0])
        self.assertEqual(self._triggers("elsewhere"), {"theirs"})
        self.assertFalse(self._triggers("crm_retention_log"))
        left = self._found("SELECT proname FROM pg_proc WHERE proname LIKE %s", "crm%frozen")
        self.assertEqual(left & {_FUNCTION, "crm_protected_access_frozen"}, {_FUNCTION})

    def test_others_function_on_our_table(self):
        """It may serve other tables as well."""
        self.env.cr.execute(
            """CREATE TABLE crm_retention_log_elsewhere (id integer);
               CREATE FUNCTION their_note() RETURNS trigger LANGUAGE plpgsql
                   AS 'BEGIN RETURN NEW; END';
               CREATE TRIGGER theirs BEFORE UPDATE ON crm_retention_log_elsewhere
                  FOR EACH ROW EXECUTE FUNCTION their_note();
               CREATE TRIGGER noted BEFORE UPDATE ON crm_retention_log
                  FOR EACH ROW EXECUTE FUNCTION their_note()"""
        )
        drop_functions(self.env)
        self.assertEqual(self._triggers("crm_retention_log_elsewhere"), {"theirs"})
        self.assertEqual(self._triggers("crm_retention_log"), {"noted"})

    def test_keys_of_alike_tables_stay(self):
        """Tables with names like ours, and keys with the very names of ours."""
        key = "res_partner_dealer_id_fkey"
        self.assertIn(key, self._keys("res_partner"))
        self.env.cr.execute(
            f"""CREATE TABLE crm_vehicle_elsewhere (
                    partner_id integer REFERENCES res_partner,
                    dealer_id integer CONSTRAINT {key} REFERENCES crm_dealer)"""
        )
        kept = self._keys("crm_vehicle_elsewhere")
        drop_own_keys(self.env, _OURS)
        self.assertEqual(self._keys("crm_vehicle_elsewhere"), kept)
        self.assertNotIn(key, self._keys("res_partner"))
        self.assertTrue(self._keys("res_partner"))

    def test_our_tables_have_no_key(self):
        """Whoever noted the key: a field of theirs on our table is the mixin's."""
        self.assertTrue(self._keys("crm_vehicle"))
        drop_own_keys(self.env, _OURS)
        for table in ("crm_vehicle", "crm_dealer", "crm_retention_log"):
            self.assertFalse(self._keys(table), table)

    def test_models_that_stay(self):
        """A model of an addon that stays is not ours, though we extend it."""
        self.env.cr.execute("UPDATE ir_module_module SET state = 'installed'")
        before = self._keys("crm_dealer")
        drop_functions(self.env)
        drop_own_keys(self.env, "crm_dealer_club")
        self.assertEqual(self._keys("crm_dealer"), before)
        self.assertTrue(self._triggers("crm_retention_log"))
