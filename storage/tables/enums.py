"""The words that columns may hold.

They are spelt as in `scoring.vocabulary`, which this package does not import: a test holds the two together.
"""

KINDS = ("referral", "strategic_referral", "collaboration", "event", "cross_promotion", "meeting")
DIRECTIONS = ("in", "out", "joint")
OUTCOMES = ("introduced", "met", "won", "lost", "declined")
SIDES = ("ours", "theirs")
STATUSES = ("prospect", "active", "paused", "ended")
ROLES = ("partner", "introducer", "both")
OVERLAPS = ("none", "some", "high")
TERMS = ("hourly", "retainer", "retainer_and_success", "success_only", "commission", "none")
ANSWERS = ("willing", "unwilling", "not_asked")
MATTERS = ("issue", "idea")
STAGES = ("reading", "asking", "importing", "done")
DELIVERY_KINDS = ("nudge", "digest")
DELIVERY_STATES = ("claimed", "sent", "nothing", "retry", "failed")
