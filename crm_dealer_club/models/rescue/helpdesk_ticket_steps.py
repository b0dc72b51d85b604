"""The steps of a rescue, in their order (M8)."""

STEPS = [
    ("reported", "Reported"),
    ("answered", "Answered"),
    ("dispatched", "Dispatched"),
    ("on_site", "On Site"),
    ("done", "Done"),
    ("called_back", "Called Back"),
    ("closed", "Closed"),
]
ORDER = [step for step, _label in STEPS]
# Where the time of a step is. It is written once; a correction alone changes it.
TIMES = {
    "reported": "date_received",
    "answered": "date_answered",
    "dispatched": "rescue_dispatched_at",
    "on_site": "rescue_on_site_at",
    "done": "rescue_done_at",
    "called_back": "rescue_called_back_at",
    "closed": "rescue_closed_at",
}
# A step, and until when it is to be reached.
CLOCKS = {
    "answered": "rescue_answer_due",
    "dispatched": "rescue_dispatch_due",
    "on_site": "rescue_arrival_due",
}
# {stage: the stages it may follow}; the first stage again is to send help once more.
WAYS = {
    "answer": ("dispatched", "on_site", "done", "called_back", "closed"),
    "dispatched": ("answer",),
    "on_site": ("dispatched",),
    "done": ("on_site",),
    "called_back": ("done",),
    "closed": ("called_back", "answer", "dispatched"),
}
# Stages at which help is still to come.
WAITING = ("answer", "dispatched")
# What nobody types: it follows from the steps.
STEP_FIELDS = {
    "rescue_home_dealer_id", "rescue_benefit_id", "rescue_discount", "rescue_fee",
    "rescue_order_id", "rescue_complaint_id", *TIMES.values(), *CLOCKS.values(),
}  # fmt: skip
