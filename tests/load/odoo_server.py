"""Odoo's command line as a file: a server with workers starts another process by its own name."""

from odoo.cli.command import main

main()
