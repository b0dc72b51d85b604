from . import answer
from . import portal
from . import certificate
from . import training_test
