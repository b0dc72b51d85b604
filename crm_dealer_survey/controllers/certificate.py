from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.survey.controllers.main import Survey


class TrainingCertificate(Survey):
    """The ERP's certificate of a training, for who may read the participation (S7)."""

    @route("/training/certificate/<int:number>", type="http", auth="user", methods=["GET"])
    def training_certificate(self, number):
        one = request.env["crm.training.participant"].browse(number).exists()
        if not one.has_access("read") or one.test_state != "passed":
            raise NotFound
        # sudo: the answers are nobody's to read; the certificate is for who may read the result.
        attempts = one.sudo().test_input_ids
        passed = attempts.filtered(lambda a: a.state == "done" and a.scoring_success)
        if not passed:
            raise NotFound
        first = passed.sorted(lambda a: (a.end_datetime, a.id))[0]
        return self._generate_report(first, download=True)
