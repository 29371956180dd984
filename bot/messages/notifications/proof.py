"""Say how often a signal came true, in a sentence."""

from bot.formatting import count
from bot.messages.notifications.signals import SHORT_LABELS
from scoring.backtest import Backtest, SignalProof, Standing
from scoring.bootstrap import Estimate
from scoring.signals import Reason


def format_share(share: float) -> str:
    """Return `78%`."""
    return f"{round(share * 100)}%"


def format_estimate(found: Estimate) -> str:
    """Return `78%, likely 65–88%`."""
    return f"{format_share(found.value)}, likely {round(found.low * 100)}–{format_share(found.high)}"


def came_true(found: SignalProof, everyone: Backtest) -> str:
    """Say how often silence followed, and how often it does anyway; empty with too few cases."""
    if found.signal.precision is None or everyone.base_rate is None:
        return ""
    alarms = count(found.alarms, "time")
    share, anyway = format_estimate(found.signal.precision), format_share(everyone.base_rate.value)
    were = "was" if found.came_true == 1 else "were"
    return (
        f"raised {alarms}, about {count(found.partners, 'partner')}. "
        f"{found.came_true} {were} followed by 90 days of silence ({share}). Without the signal: {anyway}."
    )


def digest_sentence(everyone: Backtest) -> str:
    """Say once a quarter whether the alarm that matters most came true; empty with too few cases."""
    quiet = next((one for one in everyone.signals if one.reason == Reason.QUIET), None)
    if quiet is None or quiet.standing == Standing.TOO_FEW or not (said := came_true(quiet, everyone)):
        return ""
    return f"Do Tend's alarms come true? *{SHORT_LABELS[Reason.QUIET].capitalize()}* was {said}"
