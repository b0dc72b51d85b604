"""A mail server and an SMS provider that can be away, hang, refuse, or hang up half-way."""

import contextlib
import json
import re
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server:
    """Listens on one port for its life; ``away()`` closes it, ``back()`` opens it again."""

    def __init__(self):
        self.mode, self.port, self._server = "fine", 0, None
        self.got = []  # what was accepted, in order
        self.pause = 0  # seconds before each message is accepted
        self.back()

    def back(self):
        self.mode = "fine"
        if self._server is None:
            self._server = self._listen()
            self._server.ours = self
            self.port = self._server.server_address[1]
            threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def away(self):
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def counts(self):
        """How often each address was reached."""
        found = {}
        for address, _key in self.got:
            found[address] = found.get(address, 0) + 1
        return found


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 for smtplib."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        """A conversation; whoever was killed hangs up in the middle."""
        with contextlib.suppress(OSError):
            self.talk()

    def talk(self):
        ours = self.server.ours
        if ours.mode == "hang":
            time.sleep(300)
            return
        self.say("220 here")
        people = []
        while line := self.rfile.readline().decode(errors="replace").strip():
            word = line[:4].upper()
            if word == "QUIT":
                self.say("221 bye")
                return
            if word == "MAIL":
                people = []
            if word == "RCPT":
                address = re.search(r"<(.*?)>", line)[1]
                if refusal := ours.refusal(address):
                    self.say(refusal)
                    continue
                people.append(address)
            if word == "DATA":
                self.say("354 go on")
                self.take(ours, people)
                if ours.mode == "hang up":
                    ours.mode = "fine"
                    return
            self.say("250 fine")

    def take(self, ours, people):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode(errors="replace"))
        found = re.search(r"(?im)^message-id:\s*(\S+)", "".join(lines))
        time.sleep(ours.pause)
        ours.got += [(address, found and found[1]) for address in people]


class MailServer(_Server):
    """Modes: fine, hang, hang up (after the next message, which it keeps), later (451)."""

    never = ""  # an address that does not exist (550)

    def _listen(self):
        return _Tcp(("127.0.0.1", self.port), _Smtp)

    def refusal(self, address):
        if self.mode == "later":
            return "451 4.3.0 try again later"
        return "550 5.1.1 nobody of this name" if address == self.never else None


class _Http(BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802
        ours = self.server.ours
        text = self.rfile.read(int(self.headers["Content-Length"]))
        if ours.mode == "hang":
            time.sleep(300)
        sent = [
            (number["number"], number["uuid"])
            for message in json.loads(text)["params"]["messages"]
            for number in message["numbers"]
        ]
        state = "success" if ours.mode == "fine" else ours.mode
        if state == "success":
            # A provider sends what it knows by its uuid once.
            known = {uuid for _number, uuid in ours.got}
            ours.asked += len(sent)
            ours.got += [one for one in sent if one[1] not in known]
        time.sleep(ours.pause)
        answer = {"jsonrpc": "2.0", "result": [{"uuid": u, "state": state} for _n, u in sent]}
        body = json.dumps(answer).encode()
        with contextlib.suppress(OSError):  # whoever asked was killed
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_args):
        """Silence."""


class SmsProvider(_Server):
    """Modes: fine, hang, or a state that the provider answers, e.g. ``insufficient_credit``."""

    asked = 0

    def _listen(self):
        server = ThreadingHTTPServer(("127.0.0.1", self.port), _Http)
        server.daemon_threads = True
        server.block_on_close = False
        return server
