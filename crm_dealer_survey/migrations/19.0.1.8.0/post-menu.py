"""A group that the menu had in its first version, beside those that have it now, goes."""


def migrate(cr, version):
    cr.execute(
        """DELETE FROM ir_ui_menu_group_rel r
            USING ir_model_data menu, ir_model_data g
            WHERE menu.module = 'crm_dealer_survey' AND menu.name = 'menu_satisfaction'
              AND menu.model = 'ir.ui.menu' AND r.menu_id = menu.res_id
              AND g.module = 'crm_dealer_grading' AND g.name = 'group_dealer_manager'
              AND g.model = 'res.groups' AND r.gid = g.res_id"""
    )
