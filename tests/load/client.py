"""One person in front of the web client: pages opened by the requests that it makes."""

import contextlib
import itertools
import json
import time
from urllib.parse import urlencode

import views

PAGE = {"limit": 80, "offset": 0, "count_limit": 10001}
_CHATTER = ["activities", "attachments", "followers", "scheduledMessages", "suggestedRecipients"]
_NUMBER = itertools.count(1)


class Failed(Exception):
    """The server answered with an error, in its words."""


class Browser:
    """A signed-in person's requests.

    :param http: Locust's client
    :param dict user: of ``people.sessions``
    :param note: called with page, seconds and error (or None) when a page is done
    """

    def __init__(self, http, user, actions, note):
        self.http, self.user, self.actions, self.note = http, user, actions, note
        self.known = {}  # what the client keeps: actions and views
        self.page_name = ""

    @contextlib.contextmanager
    def page(self, name):
        """A page as its user sees it: from the click to the last answer."""
        self.page_name = name.replace(" ", "_")
        begin = time.perf_counter()
        error = None
        try:
            yield
        except Failed as failure:
            error = str(failure)
        self.note(name, time.perf_counter() - begin, error)

    # -- Requests ----------------------------------------------------------------------------

    def _headers(self):
        return {"Cookie": f"session_id={self.user['sid']}"}

    def rpc(self, route, params):
        payload = {"jsonrpc": "2.0", "method": "call", "id": next(_NUMBER), "params": params}
        with self.http.post(
            f"{route}?page={self.page_name}",
            json=payload,
            headers=self._headers(),
            name=route,
            catch_response=True,
        ) as answer:
            return self._result(answer, route)

    def _result(self, answer, route):
        answer.success()  # errors are counted by page
        if answer.status_code != 200:
            raise Failed(f"{answer.status_code} {route}")
        found = json.loads(answer.text)
        if "error" in found:
            data = found["error"].get("data") or {}
            raise Failed(f"{data.get('name')}: {str(data.get('message'))[:300]} ({route})")
        return found.get("result")

    def call(self, model, method, args=(), **kwargs):
        kwargs["context"] = {**self.user["context"], **kwargs.get("context", {})}
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.rpc(f"/web/dataset/call_kw/{model}/{method}", params)

    def button(self, model, method, ids):
        params = {
            "model": model,
            "method": method,
            "args": [ids],
            "kwargs": {"context": self.user["context"]},
        }
        return self.rpc(f"/web/dataset/call_button/{model}/{method}", params)

    def get(self, path):
        """A page of the portal; its text."""
        return self._html("get", path)

    def post(self, path, data):
        return self._html("post", path, data=urlencode(data))

    def _html(self, method, path, **options):
        sign = "&" if "?" in path else "?"
        address = f"{path}{sign}page={self.page_name}" if method == "get" else path
        headers = self._headers()
        if method == "post":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        options |= {"headers": headers, "name": path.split("?")[0]}
        with getattr(self.http, method)(address, catch_response=True, **options) as answer:
            answer.success()
            if answer.status_code != 200:
                raise Failed(f"{answer.status_code} {options['name']}")
            return answer.text

    # -- Views -------------------------------------------------------------------------------

    def action(self, name):
        """An action of a menu, which the client loads once."""
        key = ("action", name)
        if key not in self.known:
            number = self.actions[name]
            self.known[key] = self.rpc(
                "/web/action/load", {"action_id": number, "context": self.user["context"]}
            )
        return self.known[key]

    def views(self, model, wanted, action_id=False, context=None):
        """What ``get_views`` gives, kept as the client keeps it."""
        key = ("views", model, str(wanted))
        if key not in self.known:
            options = {"action_id": action_id, "load_filters": True, "toolbar": True}
            found = self.call(model, "get_views", [wanted], options=options, context=context or {})
            found["fields"] = {name: one["fields"] for name, one in found["models"].items()}
            self.known[key] = found
        return self.known[key]

    def open(self, name, domain=(), order="", group_by=None):
        """Open a menu: its first view, with the filters it begins with; the rows."""
        action = self.action(name)
        if action["type"] == "ir.actions.server":
            action = self.rpc("/web/action/run", {"action_id": action["id"], "context": {}})
        return self.show(action, domain, order, group_by)

    def show(self, action, domain=(), order="", group_by=None):
        context = action.get("context") or {}
        if isinstance(context, str):
            context = views.evaluate(context, self.user)
        model, wanted = action["res_model"], [list(one) for one in action["views"]]
        search = action.get("search_view_id") or [False]
        found = self.views(model, [*wanted, [search[0], "search"]], action.get("id"), context)
        kind = wanted[0][1]
        arch, fields = found["views"][kind]["arch"], found["fields"]
        if kind == "form":
            return self.new(model, arch, fields, context)
        base = action.get("domain") or []
        base = views.evaluate(base, self.user) if isinstance(base, str) else base
        filters, grouped = views.beginning(found["views"]["search"]["arch"], context, self.user)
        domain = _all(base, filters, list(domain))
        spec = views.specification(arch, model, fields)
        context = {key: value for key, value in context.items() if "search_default" not in key}
        bar = None
        if kind == "kanban":
            default, bar = views.grouping(arch)
            grouped = grouped or ([default] if default else [])
        grouped = group_by or grouped
        if grouped:
            return self._groups(model, domain, grouped, spec, fields[model], kind, bar, context)
        context["bin_size"] = True
        return self.call(
            model, "web_search_read", domain=domain, specification=spec, order=order, **PAGE,
            context=context,
        )["records"]  # fmt: skip

    def _groups(self, model, domain, grouped, spec, fields, kind, bar, context):
        unfolded = {}
        if kind == "kanban":
            unfolded = {"auto_unfold": True, "unfold_read_specification": spec,
                        "unfold_read_default_limit": 40}  # fmt: skip
        found = self.call(
            model, "web_read_group", domain=domain, groupby=grouped[:1], limit=80,
            aggregates=views.aggregates(spec, fields), context=context, **unfolded,
        )  # fmt: skip
        if bar:
            self.call(model, "read_progress_bar", domain=domain, group_by=grouped[0],
                      progress_bar=bar, context=context)  # fmt: skip
        rows = [row for group in found["groups"] for row in group.get("__records", [])]
        return rows or found["groups"]

    def form(self, model, record_id, view_id=False, chatter=True):
        """Open a record: its form, then its messages and activities."""
        found = self.views(model, [[view_id, "form"]])
        spec = views.specification(found["views"]["form"]["arch"], model, found["fields"])
        rows = self.call(model, "web_read", [[record_id]], specification=spec,
                         context={"bin_size": True})  # fmt: skip
        if chatter:
            self.chatter(model, record_id)
        return rows[0] if rows else {}

    def chatter(self, model, record_id):
        thread = {"thread_model": model, "thread_id": record_id}
        asked = ["mail.thread", {**thread, "request_list": _CHATTER}]
        self.rpc("/mail/data", {"fetch_params": [asked]})
        self.rpc("/mail/thread/messages", {**thread, "fetch_params": {"limit": 30}})

    def new(self, model, arch, fields, context=None):
        """An empty form; ``(values, specification)``."""
        spec = views.specification(arch, model, fields)
        found = self.call(model, "onchange", [[], {}, [], spec], context=context or {})
        return found["value"], spec


def _all(*domains):
    """The domains together; each may have terms beside each other."""
    found = []
    for domain in filter(None, domains):
        found += ["&"] * (views._terms(domain) - 1) + list(domain)
    count = len(list(filter(None, domains)))
    return ["&"] * (count - 1) + found
