"""The columns of the table: who may ask, and how those who may not are told."""

from dataclasses import dataclass

from tests.authority.desk import VISITOR
from tests.listeners.office import ADA, ANA, BOB, GONE, GUEST, LONE_GUEST, ROBOT, STEVE, STRANGER

NOT_HERE = "Tend is not installed in this workspace"
NOT_OURS = "Only people from the organisation that installed Tend"
GUESTS = "Guests can't use Tend"


@dataclass(frozen=True)
class Who:
    """Somebody, under the id they have in the tests. `told` is what they read where they are refused."""

    name: str
    user: str
    told: tuple[str, ...] = ()
    signed: bool = True


EVERYBODY = (
    Who("admin", ADA),
    Who("steward", STEVE),
    Who("owner", ANA),
    Who("member", BOB),
    Who("guest of several channels", GUEST, (GUESTS,)),
    Who("guest of one channel", LONE_GUEST, (GUESTS,)),
    Who("bot", ROBOT, ("Bots can't use Tend",)),
    Who("deactivated", GONE, ("This account was deactivated",)),
    # A form names the workspace whose app it is of; elsewhere the person's own team comes with the request.
    Who("other organisation, in a shared channel", STRANGER, (NOT_HERE, NOT_OURS)),
    Who("another workspace", VISITOR, (NOT_HERE, NOT_OURS)),
    Who("nobody: unsigned", ADA, signed=False),
)
NAMES = tuple(one.name for one in EVERYBODY)
MEMBERS = ("admin", "steward", "owner", "member")
"""Every full member of the workspace."""
STEWARDS = ("admin", "steward")
"""Workspace admins and the stewards they name."""
RECORDER = ("admin", "steward", "owner")
"""Stewards, and whoever recorded it: in the tests that is the owner."""
OVERHEARD = tuple(name for name in NAMES if name not in ("bot", "nobody: unsigned"))
"""Whoever writes in a channel that is linked to a partner: nobody asks anything there."""
TENDER = ("admin", "steward", "owner")
"""Stewards, and whoever tends the partner."""
