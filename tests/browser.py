"""A server on the test database and people who use it in a browser."""

import contextlib
import os
import re
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from lxml import etree
from playwright.sync_api import expect, sync_playwright

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
TIMEOUT = 15_000  # milliseconds, for a machine that does other things too
# Shown over the page while the client waits for the server.
BUSY = ".o_loading_indicator, .o_blockUI, .o_view_sample_data .o_skeleton"


@contextlib.contextmanager
def serve(database, log):
    """Serve ``database`` on a free port; yield the address.

    The configuration is that of the test run, from ``ODOO_RC``.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "odoo", "server", "-d", database, "--http-port", str(port)]
    command += ["--max-cron-threads=0", "--no-database-list"]
    with (
        open(log, "w") as out,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            wait_until_served(server, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def wait_until_served(server, address, log, seconds=60):
    deadline = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/web/login", timeout=seconds).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"The server did not start:\n{Path(log).read_text()[-3000:]}")


@contextlib.contextmanager
def launch(chromium):
    """Start the browser at this path; yield it."""
    # Odoo limits the address space of its process; Chromium reserves a multiple of that.
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits[1], limits[1]))
    with sync_playwright() as playwright:
        # The sandbox needs rights that root in a container has not.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        resource.setrlimit(resource.RLIMIT_AS, limits)
        try:
            yield browser
        finally:
            browser.close()


class Person:
    """Somebody signed in, in a browser of their own; collects what goes wrong on the pages."""

    def __init__(self, browser, address, size=DESKTOP):
        self.errors, self.lang, self._pending = [], "en_US", set()
        self.context = browser.new_context(
            base_url=address,
            viewport=size,
            locale="en-US",
            timezone_id="Asia/Shanghai",
            has_touch=size is PHONE,
            is_mobile=size is PHONE,
        )
        self.context.set_default_timeout(TIMEOUT)
        self.page = self.context.new_page()
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        self.page.on("response", self._on_response)
        self.page.on("request", self._on_request)
        for event in ("requestfinished", "requestfailed"):
            self.page.on(event, lambda request: self._pending.discard(request))

    def _on_request(self, request):
        if request.resource_type in ("fetch", "xhr"):
            self._pending.add(request)

    def _on_console(self, message):
        if message.type == "error":
            self.errors.append(f"console: {message.text} {message.location.get('url', '')}")

    def _on_response(self, response):
        if response.status >= 400:
            self.errors.append(f"{response.status}: {response.url}")

    def check(self):
        """Fail on anything that went wrong until now."""
        problems = self.errors + self.page.locator(".o_error_dialog").all_inner_texts()
        assert not problems, "\n".join(problems)

    def forgive(self):
        """Forget what went wrong; the next one begins on an empty page."""
        if self.errors:
            self.page.goto("about:blank")
        self.errors.clear()

    # -- signing in ------------------------------------------------------------------------

    def sign_in(self, login):
        """Sign in without the form."""
        credentials = {"login": login, "password": login}
        self.rpc("/web/session/authenticate", db=os.environ["PGDATABASE"], **credentials)

    def speak(self, lang):
        """Choose the language in the user's preferences; the next page is in it."""
        self.lang = lang
        uid = self.rpc("/web/session/get_session_info")["uid"]
        self.call("res.users", "write", [uid], {"lang": lang})

    def rpc(self, route, **params):
        answer = self.context.request.post(route, data={"jsonrpc": "2.0", "params": params})
        content = answer.json()
        assert "error" not in content, content["error"]["data"]["debug"]
        return content["result"]

    def call(self, model, method, *args):
        route = f"/web/dataset/call_kw/{model}/{method}"
        kwargs = {"context": {"lang": self.lang}}
        return self.rpc(route, model=model, method=method, args=args, kwargs=kwargs)

    # -- walking ---------------------------------------------------------------------------

    def open(self, path, view=None):
        """Open ``/odoo/<path>`` and wait for the view (list, form, kanban …)."""
        # A page that is left does not tell how its requests ended.
        self.page.goto("about:blank")
        self._pending.clear()
        self.page.goto(f"/odoo/{path}")
        self.settled(view)

    def settled(self, view=None):
        """Wait until the view is there and nothing is loading any more."""
        if view:
            self.page.wait_for_selector(f".o_{view}_view .o_content, .o_{view}_view.o_content")
        else:
            self.page.wait_for_selector(".o_action_manager > *")
        self._wait_for_requests()
        expect(self.page.locator(BUSY)).to_have_count(0)
        self.check()

    def _wait_for_requests(self):
        """Wait until nothing was asked of the server for a moment."""
        quiet, deadline = 0, time.monotonic() + TIMEOUT / 1000
        while quiet < 3:
            assert time.monotonic() < deadline, [request.url for request in self._pending]
            self.page.wait_for_timeout(50)
            quiet = 0 if self._pending else quiet + 1

    def switch(self, view):
        """Change the view with the buttons in the corner."""
        self.page.click(f".o_cp_switch_buttons .o_switch_view.o_{view}")
        self.settled(view)

    def search(self, words):
        """Type into the search box and take what it offers first."""
        self.page.fill(".o_searchview_input", words)
        self.page.press(".o_searchview_input", "Enter")
        self.settled()

    def unfilter(self):
        """Take everything out of the search box."""
        facets = self.page.locator(".o_searchview .o_facet_remove")
        while facets.count():
            facets.first.click()
            self.settled()

    def group_by(self, model, name):
        """Group by the proposal with this name (of the view) in the menu of the search box."""
        views = self.call(model, "get_views", [[False, "search"]])
        arch = etree.fromstring(views["views"]["search"]["arch"])
        [node] = arch.xpath(f"//filter[@name='{name}']")
        self.page.click(".o_searchview_dropdown_toggler")
        self.page.click(f".o_group_by_menu .o_menu_item:text-is('{node.get('string')}')")
        self.page.keyboard.press("Escape")
        self.settled()

    def tab(self, name):
        """Open the tab of the form with this name (of the view, not of the screen)."""
        self.page.click(f".o_notebook a.nav-link[name='{name}']")
        self.settled("form")

    def rows(self):
        return self.page.locator(".o_list_view .o_data_row")

    def sticks_out(self):
        """Tell whether the view is wider than the screen."""
        return self.page.locator(".o_action_manager .o_content").evaluate(
            "view => view.scrollWidth > view.clientWidth"
        )

    def cut_totals(self):
        """The totals of the list, under it or of its groups, that are wider than their column."""
        return self.page.locator(".o_list_table").evaluate(
            """list => [...list.querySelectorAll("tfoot td, .o_group_row td")]
                .filter(cell => [cell, ...cell.querySelectorAll("*")].some(
                    part => part.scrollWidth > part.clientWidth && part.clientWidth))
                .map(cell => cell.innerText)"""
        )

    def screenshot(self, name):
        """Save what is seen to the folder SCREENSHOTS, if it is set."""
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.wait_for_timeout(800)  # until charts have grown
            self.page.screenshot(path=f"{folder}/{re.sub(r'[^a-z0-9]+', '-', name.lower())}.png")
