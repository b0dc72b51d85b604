"""Checks for cheats: what they find of seeded cheats, what they find of honest people, and what
they cost (S9)."""

import statistics

import survey
from cheats_fill import DEALERS, KINDS, Seeds
from cheats_store import store
from regrade import environment
from report import seconds, step
from scratch import Clock, cursor, run

ABOUT_DEALERS = ("tens", "unreachable")
# What a DBA would write to read the same answers once: figures, spread and time of each, and how
# many customers have its phone.
_BY_HAND = """
SELECT count(*) FROM (
    SELECT i.id, stddev_pop(l.value_scale) AS spread, min(l.value_scale) AS least,
           (i.end_datetime - i.start_datetime) / count(*) AS pace, s.people
      FROM survey_user_input i
      JOIN survey_user_input_line l ON l.user_input_id = i.id
      JOIN survey_question q ON q.id = l.question_id
      JOIN res_partner p ON p.id = i.partner_id
      LEFT JOIN (SELECT phone_sanitized, count(DISTINCT commercial_partner_id) AS people
                   FROM res_partner GROUP BY 1) s ON s.phone_sanitized = p.phone_sanitized
     WHERE i.satisfaction_version_id IS NOT NULL AND i.state = 'done'
       AND i.end_datetime >= %(since)s
     GROUP BY i.id, s.people) read"""


def seed():
    """Seeded dealers with one employee each: ``(seeds, ids of the answers, id of the version)``."""
    with environment() as env:
        # In a kept database there are those of former runs.
        first = env["crm.dealer"].search_count([("code", "=like", "SD%")])
        dealers = env["crm.dealer"].create(
            [{"name": f"Seeded {first + n:05}", "code": f"SD{first + n:05}"}
             for n in range(DEALERS)]
        )  # fmt: skip
        staff = make_staff(env, dealers, first)
        version = survey.version_of(env).copy(
            {"programme_id": env["crm.satisfaction.programme"].create(
                {"name": "Seeded", "code": f"SEEDED {first}"}).id}
        )  # fmt: skip
        version.action_open()
        questions = [
            (q.id, q.satisfaction_kind, q.scale_min, q.scale_max)
            for q in version.question_ids
            if q.question_type == "scale"
        ]
        since = env["crm.satisfaction.flag"]._since()
        keys = version.id, version.survey_id.id, version.programme_id.id
        phone = env["ir.model.fields"]._get("res.partner", "phone").id
        env.cr.commit()
    seeds = Seeds(dealers.ids, staff, questions, since, first * 1000).make()
    return seeds, store(seeds, *keys, phone), keys[0]


def make_staff(env, dealers, first):
    """``{dealer: (user id, phone)}``."""
    values = [
        {
            "name": f"Staff {n}",
            "login": f"seeded_{n}",
            "phone": f"+86137{n:08}",
            "dealer_ids": [(6, 0, dealer.ids)],
        }
        for n, dealer in enumerate(dealers, first)
    ]
    users = env["res.users"].with_context(no_reset_password=True).create(values)
    # As they are stored when the number is read in China.
    env.flush_all()
    env.cr.execute(
        "UPDATE res_partner SET phone_sanitized = phone WHERE id = ANY(%s)", [users.partner_id.ids]
    )
    return {
        dealer.id: (user.id, f"+86137{n:08}")
        for n, (dealer, user) in enumerate(zip(dealers, users, strict=True), first)
    }


def check():
    """A night's run; ``(time, processor time, run's counts)``."""
    with environment() as env:
        runs = env["crm.satisfaction.check.run"]
        one = runs.create({"date": env.company._today_here()})
        with Clock(env.cr) as clock:
            while one._step():
                env.cr.commit()
            env.cr.commit()
        return clock, one.answer_count, one.new_count, one.gone_count


def judge(report, seeds, answers):
    """Precision: so many flags hit a cheat of some kind. Recall: so many cheats of it are found."""
    numbers = {answer: number for number, answer in enumerate(answers)}
    found = {kind: set() for kind in KINDS}
    for kind, answer, dealer in run(
        "SELECT code, user_input_id, dealer_id FROM crm_satisfaction_flag"
        " WHERE state = 'new' AND dealer_id = ANY(%s)",
        [seeds.dealers],
    ):
        found[kind].add(dealer if kind in ABOUT_DEALERS else numbers[answer])
    cheated = set().union(*(seeds.truth[kind] for kind in KINDS if kind not in ABOUT_DEALERS))
    dealers = set(seeds.kind)
    all_found = all_hit = all_true = all_recalled = 0
    for kind in KINDS:
        truth = dealers if kind in ABOUT_DEALERS else cheated | answers_of(seeds, "tens")
        hit, recalled = found[kind] & truth, found[kind] & seeds.truth[kind]
        all_found, all_hit = all_found + len(found[kind]), all_hit + len(hit)
        all_true, all_recalled = all_true + len(seeds.truth[kind]), all_recalled + len(recalled)
        report.info(
            f"{kind}: {len(seeds.truth[kind])} cheats, {len(found[kind])} flags; precision, recall",
            f"{share(len(hit), len(found[kind]))} {share(len(recalled), len(seeds.truth[kind]))}",
        )
    report.judge("all kinds: precision", 100 * all_hit / all_found, 80, "%", at_least=True)
    report.judge("all kinds: recall", 100 * all_recalled / all_true, 90, "%", at_least=True)
    honest = seeds.excellent | seeds.careless
    flagged = (found["tens"] | found["unreachable"]) & honest
    report.expect("excellent and careless dealers that are flagged", len(flagged), 0)


def answers_of(seeds, kind):
    """Numbers of the answers about dealers that cheat by ``kind``: some of them are faked."""
    dealers = seeds.truth[kind]
    return {answer["number"] for answer in seeds.answers if answer["dealer"] in dealers}


def share(part, whole):
    return f"{100 * part / whole:.0f}%" if whole else "–"


def measure_answer(report, version_id):
    """What the check of an answer that comes in adds to storing it."""
    with environment() as env:
        version = env["crm.satisfaction.version"].browse(version_id)
        partners = env["res.partner"].search([("name", "=like", "Seed %")], limit=40)
        answers = version._invite([{"partner_id": partner.id} for partner in partners])
        said = {q: q.scale_max for q in version.question_ids if q.question_type == "scale"}
        flags = env["crm.satisfaction.flag"]
        storing, checking = [], []
        for answer in answers:
            env.flush_all()
            with Clock(env.cr) as stored:
                answer._submit_satisfaction(said)
                env.flush_all()
            with Clock(env.cr) as checked:
                flags._check_just_answered(answer)
            storing.append(stored.processor)
            checking.append(checked.processor)
        env.cr.rollback()
    storing, checking = statistics.mean(storing), statistics.mean(checking)
    report.info("checking an answer that comes in, processor time", seconds(checking))
    report.judge("... of the time to store and check it", 100 * checking / storing, 25, "%")


def measure(report):
    step("checks for cheats")
    report.title(f"Checks for cheats: {DEALERS} seeded dealers")
    survey.install()
    seeds, answers, version = seed()
    with environment() as env:
        since = env["crm.satisfaction.flag"]._since()
    with cursor() as cr, Clock(cr) as hand:
        cr.execute(_BY_HAND, {"since": since})
    first, count, new, _gone = check()
    report.info(f"a night's check of {count:,} answers, {new:,} flags", seconds(first.time))
    report.info("... processor time", seconds(first.processor))
    report.info("reading the same answers once by hand, processor time", seconds(hand.processor))
    again, _count, new, gone = check()
    report.info("the next night, nothing new, processor time", seconds(again.processor))
    ratio = f"{again.processor / max(hand.processor, 0.01):.1f}×"
    report.info("... against reading them once by hand", ratio)
    report.expect("... flags that it wrote", new + gone, 0)
    judge(report, seeds, answers)
    measure_answer(report, version)
