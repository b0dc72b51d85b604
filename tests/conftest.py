"""Tests of the whole product; each run has its own copy of a database with demo data.

``make test`` gives the database by PGDATABASE and Odoo's configuration by ODOO_RC.
"""
