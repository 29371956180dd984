"""The words of the trade, one each, as every other module spells them."""

from enum import StrEnum


class Kind(StrEnum):
    """What was done with a partner. The first five count for the RVI; a meeting keeps contact alive; an attempt, such
    as a call that nobody answered, is neither contact nor anything that counts."""

    REFERRAL = "referral"
    STRATEGIC_REFERRAL = "strategic_referral"
    COLLABORATION = "collaboration"
    EVENT = "event"
    CROSS_PROMOTION = "cross_promotion"
    MEETING = "meeting"
    ATTEMPT = "attempt"


COUNTING_KINDS = (
    Kind.REFERRAL,
    Kind.STRATEGIC_REFERRAL,
    Kind.COLLABORATION,
    Kind.EVENT,
    Kind.CROSS_PROMOTION,
)
REFERRAL_KINDS = (Kind.REFERRAL, Kind.STRATEGIC_REFERRAL)


class Direction(StrEnum):
    """Who did it for whom: they for us, we for them, or both together."""

    IN = "in"
    OUT = "out"
    JOINT = "joint"


class Side(StrEnum):
    """Whose trust a rating tells of: ours in them, or theirs in us."""

    OURS = "ours"
    THEIRS = "theirs"


class Promiser(StrEnum):
    """Who made a promise: we to them, or they to us."""

    US = "us"
    THEM = "them"


class Outcome(StrEnum):
    """How far a referral has come."""

    INTRODUCED = "introduced"
    MET = "met"
    WON = "won"
    LOST = "lost"
    DECLINED = "declined"


OPEN_OUTCOMES = (Outcome.INTRODUCED, Outcome.MET)
"""A referral that may still be won."""


class Status(StrEnum):
    """Whether a partner is tended: only active ones give reasons to act."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Band(StrEnum):
    """What an RVI means. *Growing* is our name for the gap the article leaves between 2 and 3."""

    WEAK = "weak"
    GOOD = "good"
    GROWING = "growing"
    STRONG = "strong"


BAND_ORDER = tuple(Band)
"""From the weakest to the strongest."""
