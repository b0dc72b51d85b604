"""Settings of every run."""

import freezegun

# Frozen tests take the time they take: without this pytest measures with the frozen clock.
freezegun.configure(extend_ignore_list=["_pytest.timing"])
