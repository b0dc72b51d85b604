from . import fifo
