"""All Block Kit action ids, shared by messages and listeners.

Slack requires unique ids within a row, so buttons of one kind add a suffix after a colon.
"""

# Correcting input
RETYPE = "retype"
ADD_AND_RETYPE = "add_and_retype"
OPEN_FORM = "open_form"
PARTNER_MENU = "partner"
VERB = "verb"

# Activity
LOG_TOUCH = "log_touch"
RATE_TRUST = "rate_trust"
OUTCOME = "outcome"
PROMISE_KEPT = "promise_kept"
UNDO_ACTIVITY = "undo_activity"
UNDO_TRUST = "undo_trust"
TAKE_BACK = "take_back"
PAGE_OF_RECORDS = "page_of_records"

# Partners
OPEN_CARD = "open_card"
MORE_OF_PARTNER = "more_of_partner"
EDIT_PARTNER = "edit_partner"
EXPLAIN_PARTNER = "explain_partner"
RVI_OVER_TIME = "rvi_over_time"
RESUME_PARTNER = "resume_partner"
WAKE_PARTNER = "wake_partner"
SNOOZE = "snooze"
PAGE_OF_HISTORY = "page_of_history"
MERGE_PARTNERS = "merge_partners"
UNDO_MERGE = "undo_merge"

# Economics
UNDO_COST = "undo_cost"
WORK_OUT_TERMS = "work_out_terms"
KEEP_TERMS = "keep_terms"
TRY_OTHER_TERMS = "try_other_terms"

# Reviews
PREPARE_REVIEW = "prepare_review"
HOLD_REVIEW = "hold_review"
NOTE_ISSUE = "note_issue"
ISSUE_RESOLVED = "issue_resolved"
NOTE_IDEA = "note_idea"
IDEA_DONE = "idea_done"
IDEA_DROPPED = "idea_dropped"
WITHDRAW_QUESTION = "withdraw_question"
KEEP_THEIR_WORDS = "keep_their_words"

# Portfolio
ADD_TO_VERTICAL = "add_to_vertical"
NAME_VERTICAL = "name_vertical"
VERTICAL_CADENCE = "vertical_cadence"
ADD_PROSPECT = "add_prospect"
TAKE_IN = "take_in"
PLAN_STEP = "plan_step"
RISK_PLAN = "risk_plan"
SPEAK_LESS = "speak_less"
DRAW_PORTFOLIO = "draw_portfolio"
PRUNE_KEEP = "prune_keep"
PRUNE_PAUSE = "prune_pause"
PRUNE_SKIP = "prune_skip"
PRUNE_BACK = "prune_back"
PRUNE_ASK_END = "prune_ask_end"
PRUNE_END = "prune_end"

# Workspace
CHANGE_SETTINGS = "change_settings"
INTEGRATIONS = "integrations"
MAKE_INTEGRATION = "make_integration"
REVOKE_INTEGRATION = "revoke_integration"
INTEGRATION_WROTE = "integration_wrote"
NEW_CALENDAR_ADDRESS = "new_calendar_address"
CALENDAR_OFF = "calendar_off"
SEND_EXPORT = "send_export"
IMPORT_COLUMNS = "import_columns"
IMPORT_ANSWERS = "import_answers"
IMPORT_GO = "import_go"
IMPORT_STOP = "import_stop"
IMPORT_AGAIN = "import_again"
UNDO_IMPORT = "undo_import"
