from . import import_files, payment_post_processing
