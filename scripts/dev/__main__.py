"""python3 scripts/dev COMMAND: what the Makefile and scripts/odoo call."""

import os
import shlex
import sys

sys.dont_write_bytecode = True
if sys.version_info < (3, 10):  # noqa: UP036 - what runs here is not chosen by us
    sys.exit("Python 3.10 or newer is needed; this is " + sys.version.split()[0] + ".")

import commands  # noqa: E402
from common import Refusal  # noqa: E402


def main():
    name, *args = sys.argv[1:] or ["help"]
    command = getattr(commands, f"command_{name}", None)
    if not command:
        known = [key.removeprefix("command_") for key in vars(commands) if "command_" in key]
        sys.exit(f"Commands: {', '.join(sorted(known))}")
    if name != "odoo":
        args += shlex.split(os.environ.get("T", ""))
    try:
        sys.exit(command(args) or 0)
    except Refusal as refusal:
        sys.exit(f"✗ {refusal}")
    except KeyboardInterrupt:
        sys.exit(130)


main()
