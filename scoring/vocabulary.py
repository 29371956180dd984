"""The enums of the domain, shared by every other module."""

from enum import StrEnum


class Kind(StrEnum):
    """The kind of an activity. The first five count for the RVI. A meeting counts as contact. An attempt, such as an
    unanswered call, counts as neither.
    """

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
    """Whose trust a rating describes: ours in them, or theirs in us."""

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
"""Outcomes of a referral that can still be won."""


class Status(StrEnum):
    """Whether a partner is active. Only active partners have signals."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Band(StrEnum):
    """The meaning of an RVI. *Growing* is our name for the gap that the article leaves between 2 and 3."""

    WEAK = "weak"
    GOOD = "good"
    GROWING = "growing"
    STRONG = "strong"


BAND_ORDER = tuple(Band)
"""From weakest to strongest."""
