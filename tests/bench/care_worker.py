"""One run of care in a process of its own, so that its memory is its own and it can be killed.

Prints how long it took, in s, and the most memory that the process had, in MB.
"""

import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts/dev")]
sys.dont_write_bytecode = True


def main(day):
    from regrade import environment, peak_memory, reset_peak_memory
    from run import start_odoo

    start_odoo()
    with environment() as env:
        env["crm.care.rule"].search([])  # the registry is loaded before the clock starts
        reset_peak_memory()
        begin = time.perf_counter()
        env["crm.care.rule"].run(day)
        env.cr.commit()
    print(time.perf_counter() - begin, peak_memory())


if __name__ == "__main__":
    main(sys.argv[1])
