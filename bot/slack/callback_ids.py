"""All callback ids of modals and of the shortcuts.

A form's subject follows after a colon.
"""

# Shortcuts, declared in the manifest: on a message, and everywhere. The second opens the form of the same name.
LOG_MESSAGE = "log_message"
RECORD = "record"

# Activity
REFERRAL = "referral"
EVENT = "event"
TOUCH = "touch"
TRUST = "trust"
WON = "won"
EDIT_ENTRY = "edit_entry"
EDIT_RATING = "edit_rating"
EDIT_PROMISE = "edit_promise"
CHECK_IN = "check_in"

# Partners
PARTNER_ADD = "partner_add"
PARTNER_EDIT = "partner_edit"
LINK_CHANNEL = "link_channel"
PERSON_ADD = "person_add"
PERSON_EDIT = "person_edit"

# Economics
COST = "cost"
TERMS = "terms"
WHAT_IF = "what_if"

# Reviews
REVIEW_HOLD = "review_hold"
MATTER_NOTE = "matter_note"
ISSUE_RESOLVE = "issue_resolve"
ASK_VIEW = "ask_view"

# Portfolio
VERTICAL_NAME = "vertical_name"
VERTICAL_CADENCE = "vertical_cadence"
PARTNER_CADENCE = "partner_cadence"
PROSPECT_ADD = "prospect_add"
PLAN_STEP = "plan_step"
RISK_PLAN = "risk_plan"

# Workspace
SETTINGS = "settings"
NAME_PARTNERS = "name_partners"
INTEGRATION = "integration"
WEBHOOK = "webhook"
MEETINGS = "meetings"
IMPORT_FILE = "import_file"
IMPORT_COLUMNS = "import_columns"
IMPORT_ANSWERS = "import_answers"
