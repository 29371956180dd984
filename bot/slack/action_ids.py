"""Every action id of a button or menu: the message that draws it and the listener that hears it name it from here."""

RETYPE = "retype"

ADD_AND_RETYPE = "add_and_retype"

UNDO_ACTIVITY = "undo_activity"

UNDO_TRUST = "undo_trust"

OUTCOME = "outcome"

OPEN_CARD = "open_card"

EDIT = "edit_partner"

RESUME = "resume_partner"

WAKE = "wake_partner"

VERB = "verb"

LOG_TOUCH = "log_touch"

WORK_OUT_TERMS = "work_out_terms"


RATE_TRUST = "rate_trust"

EXPLAIN = "explain_partner"

PROMISE_KEPT = "promise_kept"

MORE = "more_of_partner"

OVER_TIME = "rvi_over_time"


OPEN_FORM = "open_form"
