"""Odoo's own server on the trial's database, and somebody who uses it as the web client does."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import browser
import requests
from fault_site import NAME


class Web:
    """A session with the server; ``kill`` ends the server as a power cut does."""

    def __init__(self, address, process):
        self.address, self.process = address, process
        self.session = requests.Session()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def rpc(self, route, **params):
        answer = self.session.post(
            self.address + route, json={"jsonrpc": "2.0", "params": params}, timeout=600
        ).json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def call(self, model, method, *args, **kwargs):
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model, method=method, args=list(args), kwargs=kwargs,
        )  # fmt: skip

    def sign_in(self, login):
        self.rpc("/web/session/authenticate", db=NAME, login=login, password=login)

    def get(self, path):
        return self.session.get(self.address + path, timeout=600)

    def first(self, model):
        return self.call(model, "search", [], limit=1)[0]

    def token(self):
        page = self.get("/odoo").text
        return re.search(r'csrf_token: "(.*?)"', page)[1]

    def upload(self, model, number, name, content):
        """Attach a file as the chatter does; status and what the user is told."""
        answer = self.session.post(
            f"{self.address}/mail/attachment/upload",
            data={"thread_id": number, "thread_model": model, "csrf_token": self.token(),
                  "is_pending": "false"},
            files={"ufile": (name, content)},
            timeout=600,
        )  # fmt: skip
        return answer.status_code, answer.text


@contextlib.contextmanager
def serve(site):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = Path(site.folder) / "server.log"
    command = [sys.executable, "-m", "odoo", "server", "-d", NAME, "--http-port", str(port)]
    command += ["--max-cron-threads=0", "--no-database-list"]
    with log.open("a") as out:
        process = subprocess.Popen(
            command, env=site.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        address = f"http://127.0.0.1:{port}"
        browser.wait_until_served(process, address, log, seconds=300)
        yield Web(address, process)
    finally:
        process.kill()
        process.wait()
