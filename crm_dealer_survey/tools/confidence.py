"""The arithmetic of intervals is the grading addon's, whose KPIs have intervals too."""

from odoo.addons.crm_dealer_grading.tools.confidence import Sums, interval, ranks, student

__all__ = ["Sums", "interval", "ranks", "student"]
