"""The search for duplicates against plain Python (C3)."""

import itertools
import os
import random
import re
from collections import defaultdict
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.cleaning.crm_duplicate_candidate import REASONS
from ..models.cleaning.crm_duplicate_candidate_sql import MOST_NAMESAKES, MOST_SHARED
from .common import DealerCommon

KEY = Fernet.generate_key().decode()
_PHONES = ("+86 138 0000 1007", "13800001007", "0086 138-0000-1007", "+8613800001008", "021 12",
           "1380000100", "１３８００００１００８", False)  # fmt: skip
_EMAILS = ("a@example.com", " A@Example.com", "b@example.com", "nobody", False)
_VINS = ("LSVAU2180N2183294", "LSVAU218ON2183294", "L5VAU2180N21832Z4", "LSVAU2180N2183295")
_PLATES = ("京A12345", "京A12346", False)


def phone_key(partner):
    if (partner.phone_sanitized or "").startswith("+"):
        return partner.phone_sanitized
    digits = re.sub(r"\D", "", (partner.phone or ""))
    digits = "".join(str(int(digit)) for digit in digits)
    mobile = re.fullmatch(r"(?:00)?(?:86)?(1[3-9]\d{9})", digits)
    return (f"+86{mobile[1]}" if mobile else digits) if len(digits) >= 7 else None


def vin_key(vin):
    fold = str.maketrans("IOQSBZG", "1005826")
    return re.sub("[^A-Z0-9]", "", (vin or "").upper()).translate(fold) or None


class Oracle:
    """``{(id, id): reasons, the surest first}`` by loops."""

    def __init__(self, partners, vehicles):
        self.pairs = defaultdict(set)
        customers = partners.filtered(lambda p: p.active and p.commercial_partner_id == p)
        for reason, key, most in (
            ("id_number", lambda p: p.id_number_hash, MOST_SHARED),
            ("phone", phone_key, MOST_SHARED),
            ("email", lambda p: p.email and "@" in p.email and p.email.strip().lower(),
             MOST_SHARED),
            ("name", lambda p: p.dealer_id and (p.dealer_id, p.name.strip().lower()),
             MOST_NAMESAKES),
        ):  # fmt: skip
            self._add(reason, [(key(p), p.id) for p in customers], most)
        owned = vehicles.filtered(lambda v: v.commercial_partner_id in customers)
        for reason, key in (("vin", lambda v: vin_key(v.vin)), ("plate", lambda v: v.plate)):
            self._add(reason, [(key(v), v.commercial_partner_id.id) for v in owned], MOST_SHARED)

    def _add(self, reason, keyed, most):
        groups = defaultdict(set)
        for key, partner_id in keyed:
            if key:
                groups[key].add(partner_id)
        for ids in groups.values():
            if 2 <= len(ids) <= most:
                for pair in itertools.combinations(sorted(ids), 2):
                    self.pairs[pair].add(reason)

    def codes(self):
        order = [code for code, _label in REASONS]
        return {
            pair: ",".join(code for code in order if code in reasons)
            for pair, reasons in self.pairs.items()
        }


@tagged("post_install", "-at_install")
class TestCleaningDuplicates(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Candidate = cls.env["crm.duplicate.candidate"]

    def _found(self, partners):
        self.Candidate._refresh()
        pairs = self.Candidate.search(
            [("partner_a_id", "in", partners.ids), ("partner_b_id", "in", partners.ids)]
        )
        return {(pair.partner_a_id.id, pair.partner_b_id.id): pair.codes for pair in pairs}

    def _random_network(self, seed):
        rng = random.Random(seed)
        dealers = (self.dealer_a, self.dealer_b, None)
        partners = self.env["res.partner"]
        for _number in range(60):
            partners |= self._customer(
                rng.choice(dealers),
                name=rng.choice(("Wang Wei", "wang wei ", "Li Na", f"N{rng.random()}")),
                phone=rng.choice(_PHONES) if rng.random() < 0.4 else False,
                email=rng.choice(_EMAILS) if rng.random() < 0.3 else False,
                is_company=rng.random() < 0.2,
                active=rng.random() < 0.9,
                id_number=rng.choice(("E11111111111", "E22222222222"))
                if rng.random() < 0.15
                else False,
            )
        for partner in partners[::7] - partners[0]:
            partner.parent_id = partners[0]
        # As older systems left them: neither written in one form, nor refused.
        self.env.flush_all()
        vehicles = self.env["crm.vehicle"]
        for number in range(30):
            vehicle = self._vehicle(rng.choice(partners), plate=rng.choice(_PLATES))
            vin = rng.choice((*_VINS, f" lsv{number:014d}"))
            vehicles |= vehicle
            self.env.cr.execute(
                "UPDATE crm_vehicle SET vin = %s WHERE id = %s AND NOT EXISTS"
                " (SELECT FROM crm_vehicle WHERE vin = %s)",
                [vin, vehicle.id, vin],
            )
        vehicles.invalidate_recordset(["vin"])
        return partners, vehicles

    def test_against_plain_python(self):
        reasons = set()
        # The demo network must not get into the groups.
        self.env.cr.execute("UPDATE res_partner SET active = false WHERE active AND partner_share")
        self.env.invalidate_all()
        with patch.dict(os.environ, CRM_DEALER_KEYS=KEY):
            for seed in range(4):
                with self.subTest(seed=seed):
                    savepoint = self.env.cr.savepoint()
                    partners, vehicles = self._random_network(seed)
                    expected = Oracle(partners.sudo(), vehicles).codes()
                    found = self._found(partners)
                    self.assertEqual(found, expected)
                    reasons |= set(",".join(found.values()).split(","))
                    savepoint.close(rollback=True)
                    self.env.invalidate_all()
        self.assertEqual(reasons, {code for code, _label in REASONS})

    def test_search_again_changes_nothing(self):
        self._random_network(9) if os.environ.get("CRM_DEALER_KEYS") else self._pairs()
        self.Candidate._refresh()
        self.env.cr.execute("SELECT id, xmin::text FROM crm_duplicate_candidate ORDER BY 1")
        before = self.env.cr.fetchall()
        self.assertTrue(before)
        self.Candidate._refresh()
        self.env.cr.execute("SELECT id, xmin::text FROM crm_duplicate_candidate ORDER BY 1")
        self.assertEqual(self.env.cr.fetchall(), before)

    def _pairs(self, count=2, **vals):
        vals = vals or {"email": "many@example.com"}
        return self.env["res.partner"].union(
            *(self._customer(self.dealer_a, name=f"P{i}", **vals) for i in range(count))
        )

    def test_what_is_decided_stays(self):
        first, second = self._pairs()
        self.Candidate._refresh()
        pair = self.Candidate.search([("partner_a_id", "=", first.id)])
        self._as("sales_a", pair).action_not_duplicate()
        self.assertEqual(pair.decided_by_id, self.users["sales_a"])
        self.assertTrue(pair.decided_on)
        second.email = False
        self.Candidate._refresh()
        second.email = first.email
        self.Candidate._refresh()
        self.assertEqual(pair.state, "rejected")

    def test_corrected_pairs_leave(self):
        first, second = self._pairs()
        self.assertTrue(self._found(first | second))
        second.email = "else@example.com"
        self.assertFalse(self._found(first | second))

    def test_a_switchboard_is_one_row_for_each_dealer(self):
        phone = "+86 138 0000 2222"
        many = self._pairs(MOST_SHARED, phone=phone)
        self.assertEqual(len(self._found(many)), MOST_SHARED * (MOST_SHARED - 1) // 2)
        many |= self._customer(self.dealer_b, name="B", phone=phone)
        self.assertFalse(self._found(many))
        self.env["crm.suspicious.data"]._refresh()
        rows = self.env["crm.suspicious.data"].search(
            [("kind", "=", "shared_phone"), ("partner_id", "in", many.ids)]
        )
        self.assertEqual(rows.dealer_id, self.dealer_a | self.dealer_b)
        self.assertEqual(rows.mapped("shared_count"), [MOST_SHARED + 1] * 2)
        self.assertIn(str(MOST_SHARED + 1), self._as("oem", rows)[0].reason)
        # How many customers other dealers have with it is not a dealer's business.
        for login in ("sales_a", "greedy_b"):
            row = self._as(login, rows).search([("id", "in", rows.ids)])
            self.assertEqual(row.reason, "Many customers have this phone.")
            with self.assertRaises(AccessError):
                row.read(["shared_count"])
            with self.assertRaises(AccessError):
                row.search([("shared_count", ">", MOST_SHARED)])

    def test_id_numbers_stay_masked(self):
        with patch.dict(os.environ, CRM_DEALER_KEYS=KEY):
            pairs = self._pairs(id_number="E98765432109")
            self.Candidate._refresh()
            pair = self.Candidate.search([("partner_a_id", "=", pairs[0].id)])
            self.assertEqual((pair.reason, pair.match), ("id_number", "E987****2109"))
            self.env.cr.execute("SELECT c::text FROM crm_duplicate_candidate c")
            self.assertNotIn("E987", str(self.env.cr.fetchall()))

    def test_queries_do_not_grow(self):
        """A page of the list costs the same for one and for a hundred."""
        with patch.dict(os.environ, CRM_DEALER_KEYS=KEY):
            self._pairs(15, id_number="E98765432109", phone="+86 138 0000 3333")
            self.Candidate._refresh()
            pairs = self.Candidate.search([("reason", "=", "id_number")])
            self.assertGreaterEqual(len(pairs), 100)
            names = ["match", "reasons", "partner_a_id", "partner_b_id", "dealer_a_id"]
            for login in ("sales_a", "oem"):
                counts = []
                for some in (pairs[:1], pairs[:1], pairs[:100]):
                    self.env.invalidate_all()
                    before = self.env.cr.sql_log_count
                    self._as(login, some).read(names)
                    counts.append(self.env.cr.sql_log_count - before)
                self.assertEqual(counts[1], counts[2], login)
