"""How the commands that record are written, as help shows them. `bot.grammar.lines` reads them, and much besides."""

REFERRAL_FORM = "/referral [from|to] PARTNER LEAD… [MONEY] [won|lost|met|introduced|declined] [on DAY] [strategic]"
EVENT_FORM = "/event [from|to|with] PARTNER TITLE… [on DAY]"
TOUCH_FORM = "/touch [from|to|with] PARTNER [call|meeting|mail|collab|promo|…] NOTE… [on DAY] [next: STEP by DAY]"
TRUST_FORM = "/trust PARTNER 1-5 [us|them] [NOTE…]"
