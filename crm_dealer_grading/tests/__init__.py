from . import test_network_smoke
from . import test_grading_definition
from . import test_grading_methods
from . import test_grading_customers
from . import test_grading_runs
from . import test_grading_lead
from . import test_grading_level_fields
