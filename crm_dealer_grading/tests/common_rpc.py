"""What a browser or a script may call, for any ``HttpCase``."""

from odoo.tests import JsonRpcException
from odoo.tools import mute_logger


class RpcCalls:
    def _call(self, model, method, *args, **kwargs):
        """Call as the web client does, as whoever is signed in; return the result."""
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _denied(self, *args, **kwargs):
        """The same call ends in an AccessError."""
        with self.assertRaises(JsonRpcException) as caught, mute_logger("odoo.http"):
            self._call(*args, **kwargs)
        self.assertIn("AccessError", str(caught.exception))
