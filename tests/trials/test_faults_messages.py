"""Mail server and SMS provider away, hanging, refusing; senders killed (M5, S2).

Nothing is lost, nothing doubled, the state says what happened, and one bad address stops nobody.
"""

import sys
import time

import pytest
from fault_servers import MailServer, SmsProvider

PEOPLE = 6
CARE = "crm_dealer_club.ir_cron_care"
SAMPLE = "crm_dealer_survey.ir_cron_sample_field"
QUEUES = ["mail.ir_cron_mail_scheduler_action", "sms.ir_cron_sms_scheduler_action"]


@pytest.fixture(name="mails")
def _mails():
    server = MailServer()
    yield server
    server.away()


@pytest.fixture(name="texts")
def _texts():
    server = SmsProvider()
    yield server
    server.away()


@pytest.fixture(name="care")
def _care(site, mails, texts):
    """A care run that is due; returns a function that lets an hour pass."""
    site.restore()
    site.call("connect", mail_port=mails.port, sms_port=texts.port)
    site.call("make_care", count=PEOPLE, channels=["email", "sms"], queues=True)

    def hour(*jobs):
        site.call("only", jobs=[*(jobs or [CARE]), *QUEUES])
        return site.start("cron")

    return hour


def states(site):
    return site.sql(
        """SELECT r.channel, r.state, r.reason, count(*) FROM crm_care_reminder r
             JOIN crm_care_rule u ON u.id = r.rule_id WHERE u.name->>'en_US' LIKE 'Faults %'
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
    )


def told(channel, reason=None, people=PEOPLE, state="sent"):
    return (channel, state, reason, 2 * people)


def once(server, people=PEOPLE):
    return sorted(server.counts().values()) == [1] * people


@pytest.mark.parametrize("fault", ["away", "later"])
def test_mail_server_that_comes_back(site, mails, care, fault):
    """Mails wait for it, text messages do not; every hour tries again."""
    if fault == "away":
        mails.away()
    mails.mode = fault
    care().result()
    care().result()
    assert not mails.got
    assert states(site) == [told("email", "delayed"), told("sms")]
    logs = site.sql("SELECT count(*) FROM crm_contact_log WHERE summary LIKE 'Reminder%'")
    mails.back()
    care().result()
    assert once(mails)
    care().result()
    assert once(mails)
    assert states(site) == [told("email"), told("sms")]
    assert logs == site.sql("SELECT count(*) FROM crm_contact_log WHERE summary LIKE 'Reminder%'")


@pytest.mark.parametrize("fault", ["away", "insufficient_credit", "server_error"])
def test_sms_provider_that_comes_back(site, texts, care, fault):
    if fault == "away":
        texts.away()
    texts.mode = fault
    care().result()
    care().result()
    assert not texts.got
    assert states(site) == [told("email"), told("sms", "delayed")]
    texts.back()
    care().result()
    care().result()
    assert once(texts)
    assert texts.asked == PEOPLE
    assert states(site) == [told("email"), told("sms")]


def test_servers_that_hang(site, mails, texts, care):
    """They hold the job as long as the ERP waits for them, no longer; what was to go out waits."""
    mails.mode = texts.mode = "hang"
    begin = time.monotonic()
    care().result()
    assert time.monotonic() - begin < 400
    mails.away()  # the connections that hang
    texts.away()
    mails.back()
    texts.back()
    care().result()
    care().result()
    assert once(mails)
    assert once(texts)
    assert states(site) == [told("email"), told("sms")]


def test_address_that_does_not_exist(site, mails, care):
    """The others get theirs; once the address is mended it is sent again, exactly once."""
    mails.never = "care-email-3@example.com"
    care().result()
    care().result()
    assert once(mails, PEOPLE - 1)
    assert states(site) == [
        told("email", "undelivered", 1, "failed"), told("email", people=PEOPLE - 1), told("sms"),
    ]  # fmt: skip
    # The queue has nothing of it that somebody could send besides.
    assert not site.sql("SELECT FROM mail_mail WHERE state IN ('exception', 'outgoing')")
    site.sql(
        "UPDATE res_partner SET email = 'new@example.com', email_normalized = 'new@example.com'"
        " WHERE email = 'care-email-3@example.com'"
    )
    site.call("send_again")
    care().result()
    care().result()
    assert once(mails)
    assert mails.counts()["new@example.com"] == 1
    assert states(site) == [told("email"), told("sms")]


def test_mail_server_that_hangs_up(site, mails, care):
    """It took the message and did not say so: who sends again cannot know. The message bears the
    same number, by which mail programs know it; nobody else gets two, nobody gets none."""
    mails.mode = "hang up"
    for _hour in range(3):
        care().result()
    doubled = [address for address, count in mails.counts().items() if count > 1]
    assert len(mails.counts()) == PEOPLE
    assert len(doubled) <= 1
    assert len(set(mails.got)) == PEOPLE, "the same Message-ID"
    assert states(site) == [told("email"), told("sms")]


def test_sender_that_is_killed(site, mails, texts, care):
    """At most the one message twice that was on its way, with the same number."""
    mails.pause = texts.pause = 0.3
    kills = 3
    for kill in range(kills):
        run = care(*([CARE] if not kill else QUEUES))
        deadline = time.monotonic() + 120
        while len(mails.got) < kill * 2 + 1 and time.monotonic() < deadline and run.is_running:
            time.sleep(0.01)
        run.kill()
    mails.pause = texts.pause = 0
    care().result()
    care().result()
    assert len(mails.counts()) == len(texts.counts()) == PEOPLE
    assert len(set(mails.got)) == len(set(texts.got)) == PEOPLE
    assert len(mails.got) - PEOPLE <= kills
    sys.stdout.write(f"\nkilled {kills} times: {len(mails.got) - PEOPLE} mails came twice\n")
    assert once(texts)
    assert states(site) == [told("email"), told("sms")]


def test_sample_waits_for_its_servers(site, mails, texts):
    """Nobody steps in for whoever is asked a little later."""
    site.restore()
    site.call("connect", mail_port=mails.port, sms_port=texts.port)
    site.call("make_sample", count=140)
    lines = "SELECT state, reason, count(*) FROM crm_satisfaction_sample_line WHERE dealer_id = (\
             SELECT id FROM crm_dealer WHERE code = 'T-SAMPLE') GROUP BY 1, 2 ORDER BY 1"
    mails.away()
    texts.away()
    for _hour in range(2):
        site.call("only", jobs=[SAMPLE, *QUEUES])
        site.call("cron")
    before = site.sql(lines)
    assert {(state, reason) for state, reason, _count in before} == {
        ("sent", None), ("reserve", None),
    }  # fmt: skip
    mails.back()
    texts.back()
    for _hour in range(2):
        site.call("only", jobs=[SAMPLE, *QUEUES])
        site.call("cron")
    asked = dict((state, count) for state, _reason, count in before)["sent"]
    assert site.sql(lines) == before
    assert len(mails.got) + len(texts.got) == asked
    assert set(mails.counts().values()) | set(texts.counts().values()) == {1}
