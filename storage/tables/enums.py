"""Allowed values of columns.

They are spelled as in `scoring.vocabulary`, which this package does not import. A test compares the two.
"""

KINDS = ("referral", "strategic_referral", "collaboration", "event", "cross_promotion", "meeting", "attempt")
DIRECTIONS = ("in", "out", "joint")
OUTCOMES = ("introduced", "met", "won", "lost", "declined")
SIDES = ("ours", "theirs")
PROMISERS = ("us", "them")
STATUSES = ("prospect", "active", "paused", "ended")
ROLES = ("partner", "introducer", "both")
OVERLAPS = ("none", "some", "high")
TERMS = ("hourly", "retainer", "retainer_and_success", "success_only", "commission", "none")
TERMS_ANSWERS = ("willing", "unwilling", "not_asked")
AMENDED = ("activity", "trust_rating", "next_step", "contact_person")
ISSUE_KINDS = ("issue", "idea")
IMPORT_STAGES = ("reading", "asking", "importing", "done")
DELIVERY_KINDS = ("nudge", "digest", "brief")
DELIVERY_STATES = ("claimed", "sent", "nothing", "retry", "failed")
WEBHOOK_STATES = ("pending", "delivered", "dead")
