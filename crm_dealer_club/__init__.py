from . import controllers
from . import tools
from . import models
from . import wizard
from .hooks import uninstall_hook
from .hooks import pre_init_hook
