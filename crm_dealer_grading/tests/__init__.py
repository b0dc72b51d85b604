from . import test_network_smoke
