"""Calls of migration scripts."""

from odoo.modules.migration import load_script
from odoo.tools.misc import file_path


def migrate(env, path, version):
    """Run a script as the upgrade from ``version`` does.

    :param str path: from the addon's folder on, as ``crm_dealer_club/migrations/…``
    :param str version: the installed one; empty on a new database
    """
    env.flush_all()
    load_script(file_path(path), path.replace("/", "_")).migrate(env.cr, version)
    env.invalidate_all()
