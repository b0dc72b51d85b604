"""The portal's home under fifty members at once, against bare Odoo's (M10)."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import scratch
from regrade import environment
from report import seconds, step

MEMBERS = 200
AT_ONCE = 50
EACH = 2  # pages that each of them opens in a round
ROUNDS = 3
BARE = "bench_portal"


@contextlib.contextmanager
def served(database):
    """The address of a server with threads, as ``make run`` serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "odoo", "server", "-d", database, "--http-port", str(port)]
    command += ["--max-cron-threads=0", "--no-database-list", "--log-level=error"]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        wait_for(server, f"http://127.0.0.1:{port}/web/login")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_for(server, address):
    deadline = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=60).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("The server did not start.")


# -- Who looks ---------------------------------------------------------------------------------


def portal_users(env, partners):
    """A portal user for each of ``partners``, without a password."""
    group = env.ref("base.group_portal").id
    users = env["res.users"].with_context(no_reset_password=True, tracking_disable=True)
    return users.create(
        [
            {"login": f"portal{p.id}", "partner_id": p.id, "group_ids": [(6, 0, [group])]}
            for p in partners
        ]
    )


def members(env):
    """Active members with vehicles."""
    rows = scratch.run(
        "SELECT DISTINCT m.partner_id FROM crm_club_membership m JOIN crm_vehicle v"
        "    ON v.commercial_partner_id = m.partner_id AND v.partner_id = m.partner_id"
        " WHERE m.state = 'active' AND NOT EXISTS (SELECT FROM res_users u"
        "       WHERE u.partner_id = m.partner_id) ORDER BY 1 LIMIT %s",
        [MEMBERS],
    )
    return env["res.partner"].browse(partner for (partner,) in rows)


def sessions(database, choose):
    """Session ids of new portal users, signed in without asking for a password."""
    from odoo.http import get_default_session, root
    from odoo.service.security import compute_session_token

    with environment(database=database) as env:
        users = portal_users(env, choose(env))
        env.cr.commit()
        found = []
        for user in users:
            session = root.session_store.new()
            session.update(get_default_session(), db=database, uid=user.id, login=user.login)
            own = user.with_user(user)
            session.context = dict(own.context_get())
            session.session_token = compute_session_token(session, own.env)
            root.session_store.save(session)
            found.append(session.sid)
        return found


# -- What they open ----------------------------------------------------------------------------


def open_page(address, session):
    """Seconds until the page is there."""
    request = urllib.request.Request(address, headers={"Cookie": f"session_id={session}"})
    begin = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            answer.read()
            status, url = answer.status, answer.url
    except urllib.error.HTTPError as error:
        status, url = error.code, error.url
    if status != 200 or url != address:
        raise RuntimeError(f"{address} leads to {url} ({status})")
    return time.perf_counter() - begin


def crowd(address, sids, round_number):
    """Seconds of each page that ``AT_ONCE`` of them open at the same time, one after the other."""
    first = round_number * AT_ONCE
    chosen = [sids[(first + place) % len(sids)] for place in range(AT_ONCE)]

    def one(sid):
        return [open_page(address, sid) for _page in range(EACH)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [spent for times in pool.map(one, chosen) for spent in times]


def quantile(times, share):
    return sorted(times)[round(share * (len(times) - 1))]


def measure(report):
    """In turn, so that both are as loaded as each other."""
    step("portal pages under fifty members at once")
    scratch.drop(BARE)
    scratch.make(BARE)
    try:
        compare(report)
    finally:
        scratch.drop(BARE)


def strangers(env):
    """Customers as members are: the page shows their address and their points."""
    china = env.ref("base.cn")
    address = {"street": "1 Renmin Road", "city": "Suzhou", "country_id": china.id}
    address["state_id"] = china.state_ids[:1].id
    partners = env["res.partner"].create(
        [{"name": f"Portal {n}", "email": f"p{n}@example.com", **address} for n in range(MEMBERS)]
    )
    values = {"program_type": "loyalty", "applies_on": "both", "portal_visible": True}
    program = env["loyalty.program"].create({"name": "Points", **values})
    reward = {"program_id": program.id, "required_points": 100, "discount_mode": "per_point"}
    env["loyalty.reward"].create(reward)
    cards = [{"program_id": program.id, "partner_id": one.id, "points": 300} for one in partners]
    env["loyalty.card"].with_context(loyalty_no_mail=True).create(cards)
    return partners


def compare(report):
    bare, club = sessions(BARE, strangers), sessions(scratch.NAME, members)
    for name in (BARE, scratch.NAME):
        scratch.forget(name)
    times = {}
    with served(BARE) as bare_address, served(scratch.NAME) as address:
        pages = {
            "bare": (f"{bare_address}/my/home", bare),
            "home": (f"{address}/my/home", club),
            "club": (f"{address}/my/club", club),
        }
        for page, sids in pages.values():
            crowd(page, sids, 0)  # fills the caches
        for turn in range(ROUNDS):
            for name, (page, sids) in pages.items():
                times.setdefault(name, []).extend(crowd(page, sids, turn))
    load = f"{os.getloadavg()[0]:.1f}"
    report.info("one server with threads each; load of the last minute", load)
    for name, words in (
        ("bare", f"/my/home of bare Odoo, {AT_ONCE} at once, p50"),
        ("home", "... with the club, p50"),
        ("club", "/my/club, p50"),
    ):
        report.info(words, seconds(quantile(times[name], 0.5)))
        report.info("  p95", seconds(quantile(times[name], 0.95)))
    ratio = quantile(times["home"], 0.95) / quantile(times["bare"], 0.95)
    report.judge("/my/home with the club against bare Odoo, p95", ratio, 1.3)
    ratio = quantile(times["home"], 0.5) / quantile(times["bare"], 0.5)
    report.info("  p50", f"{ratio:.2f}×")
