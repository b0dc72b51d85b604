"""The fifty at work against one server for a while: a process of its own, driven by Locust.

``python crowd.py work.json``; writes each opened page to the file that ``work.json`` names.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402
from locust import between, constant, task  # noqa: E402
from locust.contrib.fasthttp import FastHttpUser  # noqa: E402
from locust.env import Environment  # noqa: E402

sys.path[:0] = [str(Path(__file__).resolve().parent)]
sys.dont_write_bytecode = True

import bare  # noqa: E402
import full  # noqa: E402
from client import Browser  # noqa: E402

MIXES = {"bare": bare.MIX, "full": full.MIX}


class Person(FastHttpUser):
    """Somebody of a role: opens a page, reads it, opens the next one."""

    abstract = True
    connection_timeout = network_timeout = 300
    role, waiting, note, actions, mix = "", [], None, {}, {}

    def on_start(self):
        worker, weights = self.mix[self.role]
        user = self.waiting.pop()
        self.worker = worker(Browser(self.client, user, self.actions, self.note), user["mine"])
        self.pages = [page for page, weight in weights.items() for _time in range(weight)]
        # Not all at the same instant.
        gevent.sleep(self.worker.pick.uniform(0, self.think[1]))

    @task
    def open_page(self):
        getattr(self.worker, self.worker.pick.choice(self.pages))()


def classes(work, samples):
    """A class of Locust for each role, with as many people as there are."""
    begin = time.time()

    def note(page, seconds, error):
        samples.append({"page": page, "time": seconds, "at": time.time() - begin, "error": error})

    made = []
    low, high = work["think"]
    for role in MIXES[work["kind"]]:
        users = [user for user in work["users"] if user["role"] == role]
        made.append(type(role, (Person,), {
            "role": role, "waiting": users[::-1], "note": staticmethod(note),
            "actions": work["actions"], "mix": MIXES[work["kind"]], "fixed_count": len(users),
            "host": work["address"], "think": (low, high),
            "wait_time": between(low, high) if high else constant(0),
        }))  # fmt: skip
    return made


def main():
    work = json.loads(Path(sys.argv[1]).read_text())
    samples = []
    people = classes(work, samples)
    # Who opens a page when the time is over sees it.
    environment = Environment(user_classes=people, host=work["address"], stop_timeout=120)
    runner = environment.create_local_runner()
    runner.start(len(work["users"]), spawn_rate=100)
    gevent.sleep(work["seconds"])
    runner.quit()
    raised = [f"{one['msg']} {one['traceback']}" for one in runner.exceptions.values()]
    requests = environment.stats.total.num_requests
    left = {user["uid"]: user["mine"].get("tokens", []) for user in work["users"]}
    found = {"samples": samples, "requests": requests, "raised": raised, "tokens": left}
    Path(work["out"]).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
