"""People and channels of the sample workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.fake_slack import WorkspaceState

TEAM_NAME = "Fairweather Advisers"
ANA, BEN, CHLOE = "U0ANA", "U0BEN", "U0CHLOE"
ADMIN, GUEST, STRANGER, LEFT = "U0PRIYA", "U0GUEST", "U0OTHER", "U0LEFT"
MEMBERS = (ANA, BEN, CHLOE, ADMIN)
PARTNERSHIPS, GENERAL, SHARED = "C0PARTNERS", "C0GENERAL", "C0ACME"


@dataclass(frozen=True, slots=True)
class Owners:
    """User ids of partner owners. `left` has left the workspace."""

    ana: str = ANA
    ben: str = BEN
    chloe: str = CHLOE
    left: str = LEFT


def add_people_and_channels(world: WorkspaceState, first: str = ANA) -> None:
    """Add all people and channels. The page opens as the `first` person."""
    world.add_person(ANA, "ana", real_name="Ana Ruiz", title="owns several partners")
    world.add_person(BEN, "ben", real_name="Ben Okafor", title="a colleague who owns other partners")
    world.add_person(
        CHLOE, "chloe", real_name="Chloe Lindqvist", tz="Europe/Stockholm", title="steward: can also change settings"
    )
    world.add_person(ADMIN, "priya", real_name="Priya Raman", is_admin=True, title="admin: can do everything")
    world.add_person(GUEST, "gus", real_name="Gus Tailor", is_restricted=True, title="guest: can't use Tend")
    world.add_person(STRANGER, "oona", real_name="Oona Park", is_stranger=True, title="works for Acme Legal, a partner")
    world.add_person(LEFT, "leo", real_name="Leo Marsh", deleted=True)
    world.people = {first: world.people[first], **world.people}
    world.add_channel(PARTNERSHIPS, "partnerships", members=MEMBERS)
    world.add_channel(GENERAL, "general", members=(*MEMBERS, GUEST))
    world.add_channel(SHARED, "acme-shared", is_ext_shared=True, members=(*MEMBERS, STRANGER))
