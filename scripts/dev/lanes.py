"""The tests in lanes: processes that run at the same time, each with a database of its own."""

import contextlib
import subprocess

import erp
from common import LOGS, ROOT

BROWSERS = "tests/test_browser*.py"


def lanes_of(args):
    """Lists of arguments for pytest, run at the same time: a lane for the tests that drive
    browsers, one for what else crosses addons, and one for each addon.

    There are more lanes than cores: whoever waits leaves the core to another, and no core is idle
    while more than one lane still runs.
    """
    if any((ROOT / arg.split("::")[0]).exists() for arg in args):
        return [args]
    browsers = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(BROWSERS))]
    folders = [f"{addon}/tests" for addon in erp.ADDONS]
    lanes = [browsers, [f"--ignore-glob={BROWSERS}", "tests"], *([folder] for folder in folders)]
    return [[*args, *lane] for lane in lanes]


def run_lanes(commands, env):
    """Run ``{database: command}`` at once; what later lanes print follows at the end."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        runs, outputs = [], []
        for name, command in commands.items():
            output = stack.enter_context((LOGS / f"{name}.log").open("w+")) if runs else None
            # The first lane drives browsers, which do not wait forever: it goes before the others.
            command = ["nice", "-n", "5" if runs else "0", *command]
            own = {**env, "PGDATABASE": name}
            run = subprocess.Popen(command, cwd=ROOT, env=own, stdout=output, stderr=output)
            runs.append(stack.enter_context(run))
            outputs.append(output)
        codes = [run.wait() for run in runs]
        for output in filter(None, outputs):
            output.seek(0)
            print(output.read(), flush=True)
    # 5: no test among those was chosen, by -k for instance; below 0: killed.
    return next((code for code in codes if code not in (0, 5)), min(codes))
