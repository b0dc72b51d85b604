"""One person, erased by two at the same instant (P4)."""

import pytest
from simultaneous import at_once


@pytest.fixture(name="person")
def _person(connect):
    """A committed customer; removed afterwards."""
    env = connect()
    partner = env["res.partner"].create({"name": "Twice Erasedmarker", "phone": "13900137321"})
    env.cr.commit()
    yield partner.id
    env.cr.rollback()
    env.cr.execute("UPDATE crm_protected_access SET partner_id = NULL WHERE partner_id = %s",
                   [partner.id])  # fmt: skip
    env.cr.execute("DELETE FROM res_partner WHERE id = %s", [partner.id])
    env.cr.execute("DELETE FROM privacy_log WHERE execution_details LIKE %s",
                   [f"%#{partner.id}"])  # fmt: skip
    env.cr.commit()


def test_second_one_finds_it_done(connect, person):
    env = connect()
    works = [lambda env: env["res.partner"].browse(person)._privacy_erase("Letter")] * 2
    outcomes = at_once(env.registry, works)
    assert sorted(outcomes) == ["This person has been erased already.", "done"]
    env.cr.rollback()
    rows = env["crm.protected.access"].search([("partner_number", "=", person)])
    assert rows.mapped("kind") == ["erasure"]
    assert "Erasedmarker" not in env["res.partner"].browse(person).name
