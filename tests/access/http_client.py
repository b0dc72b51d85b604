"""A client from outside, signed in with a password or a key, without a browser."""

import os
import re
from urllib.parse import urlsplit

import requests


class Client:
    """One session; ``login`` None is nobody. The password is the login, as in the demo network."""

    def __init__(self, address, login=None):
        self.address, self.session, self._token = address, requests.Session(), None
        if login:
            who = {"db": os.environ["PGDATABASE"], "login": login, "password": login}
            info = self.rpc("/web/session/authenticate", **who)
            self.uid, self.partner_id = info["uid"], info.get("partner_id")

    # -- calls

    def rpc(self, route, **params):
        """:raise Refused: the server answered with an error"""
        answer = self.session.post(self.address + route, json={"jsonrpc": "2.0", "params": params})
        content = answer.json() if answer.ok else {"error": {"data": {"name": answer.reason}}}
        if "error" in content:
            raise Refused(content["error"].get("data", {}).get("name", ""))
        return content.get("result")

    def call(self, model, method, *args, **kwargs):
        route = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(route, model=model, method=method, args=list(args), kwargs=kwargs)

    def get(self, path, **params):
        return self.session.get(self.address + path, params=params, allow_redirects=False)

    def post(self, path, token=True, **data):
        if token:
            data["csrf_token"] = self.token()
        return self.session.post(self.address + path, data=data, allow_redirects=False)

    def token(self):
        if not self._token:
            text = self.session.get(f"{self.address}/my").text
            found = re.search(r"csrf_token\W+(?:value=)?\W*(\w{40,})", text)
            self._token = found[1] if found else "none"
        return self._token

    # -- answers in a word

    def outcome(self, path, method, token):
        """What ``routes.csv`` says of an answer."""
        if method == "JSON":
            try:
                self.rpc(path)
            except Refused as error:
                return str(error).rpartition(".")[2] or "error"
            return "answer"
        answer = self.post(path, token) if method == "POST" else self.get(path)
        asked = urlsplit(answer.headers.get("Location", "")).path
        if method == "GET" and re.fullmatch(rf"/[a-z_A-Z]+{re.escape(path)}", asked):
            # The same page in the user's language.
            answer = self.get(asked)
        if 300 <= answer.status_code < 400:
            return "login" if "/web/login" in answer.headers["Location"] else "away"
        return "page" if answer.ok else str(answer.status_code)


class Refused(Exception):
    """The server's error; its words are the class of the error there."""
