from . import confidence
