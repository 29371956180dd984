"""Read and change the team's settings, for `/tend settings` and `tend settings`."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import log_change
from bot.errors import FieldError
from bot.grammar.errors import quote as cited
from bot.workspace.settings import SETTINGS, Setting, settings_as_text
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import costs
from storage.workspaces import workspaces

if TYPE_CHECKING:
    from bot.slack.members import ChannelReaders


def get_settings(engine: Engine, caller: Caller) -> dict[str, str]:
    """Load the workspace's settings as text."""
    with reading(engine) as session:
        return settings_as_text(workspaces.get(session, workspace_id=caller.team.id))


@retried
def change_settings(engine: Engine, caller: Caller, values: Mapping[str, str]) -> Team:
    """Change settings given as text, and return the changed team.

    Raises:
        NotAllowed: the caller is not a steward.
        FieldError: a key or a value is invalid; nothing was changed.
    """
    caller.require_steward("change the team's settings")
    settings = {find_setting(key): text.strip() for key, text in values.items()}
    settings = _check_stewards(caller, settings)
    _check_channel(caller, settings.get(SETTINGS["digest_channel"]))
    with writing(engine) as session:
        caller.claim_request_key(session)
        old = settings_as_text(workspaces.get(session, workspace_id=caller.team.id))
        fields = _parse_fields(settings, old)
        if fields.get("currency", old["currency"]) != old["currency"]:
            _require_no_money(session, caller.team, old["currency"])
        _require_nudge_hours(fields, old)
        if "digest_channel" in fields:
            fields["digest_problem"] = None  # another channel, another chance
        fields |= _digests_anew(caller, fields, old)
        workspaces.set_fields(session, workspace_id=caller.team.id, fields=fields)
        row = workspaces.get(session, workspace_id=caller.team.id)
        for key, text in settings_as_text(row).items():
            if text != old[key]:
                log_change(session, caller, "settings", caller.team.id, key, old[key] or None, text or None)
        return Team.of(row)


WITHOUT_ME = "without me"


def _check_stewards(caller: Caller, settings: Mapping[Setting, str]) -> dict[Setting, str]:
    """Return the settings with the stewards as ids. Called before the transaction, since Slack may take its time.

    Raises:
        FieldError: one is no full member, or the caller would be none any more and did not say so.
    """
    stewards = SETTINGS["stewards"]
    text = settings.get(stewards)
    if text is None:
        return dict(settings)
    means_it = text.casefold().endswith(WITHOUT_ME)
    text = text[: -len(WITHOUT_ME)].strip() if means_it else text
    wanted = stewards.parse(text, caller.team.currency).split()
    for user in wanted:
        known = caller.fetch_member(user) if user not in caller.team.stewards else None
        if known is not None and known.membership != "member":
            raise FieldError("stewards", f"{known.name} is not a full member of this workspace, so can't be a steward.")
    leaves = caller.user_id in caller.team.stewards and caller.user_id not in wanted
    if leaves and not caller.is_admin and not means_it:
        problem = (
            "You would no longer be a steward, and could not undo this. If you mean it, type it again followed by "
        )
        raise FieldError("stewards", f"{problem}“{WITHOUT_ME}”.")
    return {**settings, stewards: text or "none"}


def _check_channel(caller: Caller, text: str | None) -> None:
    """Say at once what would keep the digest from going out; again, before the transaction."""
    channel = SETTINGS["digest_channel"].parse(text, caller.team.currency) if text else None
    if channel and channel != caller.team.digest_channel and (problem := caller.ask_channel(channel)):
        raise FieldError("digest_channel", f"The digest can't go there: {problem}.")


def digest_readers(caller: Caller, changed: Mapping[str, str]) -> "ChannelReaders | None":
    """Look who reads the digest where its channel was changed just now; None where it was not. Asks Slack."""
    channel = changed.get("digest_channel")
    return caller.ask_readers(channel) if channel else None


def _require_no_money(session: Session, team: Team, currency: str) -> None:
    """Require that no money is recorded yet: amounts are not worth the same in another currency."""
    if costs.has_any_money(session, workspace_id=team.id):
        raise FieldError("currency", f"Amounts are already recorded in {currency}, so the currency can't change.")


def _require_nudge_hours(fields: Mapping[str, Any], old: Mapping[str, str]) -> None:
    """Require that nudges start before the quiet hours."""
    given = [key for key in ("nudge_hour", "quiet_hour") if key in fields]
    nudge, quiet = (int(fields.get(key, old[key])) for key in ("nudge_hour", "quiet_hour"))
    if given and nudge >= quiet:
        problem = f"Nudges from {nudge}:00 would fall into the quiet hours, which begin at {quiet}:00: "
        raise FieldError(given[0], f"{problem}nudge_hour must be less than quiet_hour.")


def _digests_anew(caller: Caller, fields: Mapping[str, Any], old: Mapping[str, str]) -> dict[str, Any]:
    """Restart the digest schedule when it is switched on or moved, so that no past digest is due."""
    begun = bool(fields.get("digest_channel")) and not old["digest_channel"]
    moved = any(str(fields.get(key, old[key])) != old[key] for key in ("digest_day", "digest_hour"))
    since = {"digest_since": caller.now} if begun or moved else {}
    return since | ({"digest_begun_on": caller.today} if begun else {})


def _parse_fields(settings: Mapping[Setting, str], old: Mapping[str, str]) -> dict[str, Any]:
    """Parse the columns to set. Money is read in the new currency, so 80 stays 80."""
    currency = SETTINGS["currency"]
    if currency not in settings:
        return {one.column: one.parse(text, old["currency"]) for one, text in settings.items()}
    code = currency.parse(settings[currency], old["currency"])
    settings = {one: old[one.key] for one in SETTINGS.values() if one.is_money} | dict(settings)
    return {one.column: one.parse(text, code) for one, text in settings.items()}


def find_setting(key: str) -> Setting:
    """Find a setting by key. Raises FieldError, with a suggestion."""
    if key not in SETTINGS:
        close = get_close_matches(key, SETTINGS, n=1)
        hint = f" Did you mean {close[0]}?" if close else f" Settings: {', '.join(SETTINGS)}."
        raise FieldError(key, f"There is no setting called {cited(key)}.{hint}")
    return SETTINGS[key]
