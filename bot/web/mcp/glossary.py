"""Tend's words, for assistants."""

GLOSSARY = """\
partner: an outside organisation or person that the team nurtures. Its owner is the colleague who looks after it.
activity: a dated thing done with a partner. Referrals, strategic referrals, collaborations, events and cross-promotions
  count for the RVI; meetings (calls, coffees, mails) keep the partnership alive without counting.
direction: in (they did it for us), out (we did it for them) or joint (together).
touch: any activity, seen as contact.
attempt: a call that nobody answered or a meeting that was cancelled. It is no touch.
trust: from 1 (weak) to 5 (strongest), ours in them and theirs in us.
RVI, Relationship Value Index: activities per month over twelve months, times trust. Seen from both sides.
band: weak (under 1), good (1 to 2), growing (up to 3), strong (from 3).
provisional: in its first three months a partner has a number, but it is too early to say what it means.
quiet: no touch for longer than the partner's cadence.
weakening: the RVI fell by a fifth, or into a lower band, within 30 days.
promise: what we said we would do for a partner by a day, or they for us.
producing: a referral or won value from them within twelve months.
"""
