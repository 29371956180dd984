"""List partners, one per line."""

from bot.actions.overview import PartnerListing
from bot.formatting import count, early_words, format_day, format_last_touch, format_status, number_words
from bot.messages.notifications.signals import SHORT_LABELS
from bot.scores.models import ScoredPartner
from bot.slack.blocks import Block, Message, and_more_block, bold, escape, mention, section
from bot.slack.charts import MAX_ROWS, Cell, data_table

MAX_LISTED = 30
NARROW = ": narrow it with a vertical, a person or a status."


def partner_line(one: ScoredPartner) -> str:
    """Format a partner for a list: `*Acme* · RVI 1.25 ● good · theirs 0.75 · last touch 34 days ago · weakening`."""
    parts = [
        bold(one.partner.name, 100),
        number_words(one.now).replace("*", "") if one.now.ours.rvi is not None else "no RVI yet",
        f"theirs {one.now.theirs.rvi}" if one.now.theirs.rvi is not None else "",
        format_last_touch(one.now.quiet_days) if one.now.facts.last_touch_on else "no touch yet",
        *_notes(one),
    ]
    return " · ".join(part for part in parts if part)


def _notes(one: ScoredPartner) -> list[str]:
    """Return how the partnership stands, and the reasons to act."""
    status = format_status(one.partner.status, one.partner.paused_until_on, one.now.day)
    until = one.partner.snoozed_until_on if one.is_snoozed else None
    snoozed = f"snoozed until {format_day(until, one.now.day)}" if until else ""
    return [note for note in (status, snoozed, *(SHORT_LABELS[signal.reason] for signal in one.signals)) if note]


COLUMNS = ("Partner", "RVI", "Band", "Theirs", "Days quiet", "Why act")


def _row(one: ScoredPartner) -> tuple[Cell, ...]:
    ours, theirs = one.now.ours, one.now.theirs
    band = early_words(one.now) if one.now.provisional else str(ours.band or "")
    quiet = one.now.quiet_days if one.now.facts.last_touch_on else None
    return one.partner.name, ours.rvi, band if ours.rvi is not None else "", theirs.rvi, quiet, ", ".join(_notes(one))


def listing_message(found: PartnerListing) -> Message:
    """List partners, those that need action first."""
    words = [word for word in (found.owner and mention(found.owner), escape(found.filter_text)) if word]
    chosen = f" ({', '.join(words)})" if words else ""
    title = f"{count(len(found.scored), 'partner')}{chosen}"
    if not found.scored:
        text = "No partners yet. Add one with `/partner add`, or import a list with `/tend import`."
        if words:
            text = (
                f"No partner matches{chosen}. Filter by vertical, @owner, status, band or `quiet`. "
                "`/partner list` shows all."
            )
        return Message(text, [section(text)])
    shown = found.scored[:MAX_LISTED]
    blocks: list[Block] = [
        section(f"*{title}*: those that need you first, then lowest Relationship Value Index (RVI) first")
    ]
    told = [
        section("\n".join(partner_line(one) for one in shown[start : start + 10])) for start in range(0, len(shown), 10)
    ]
    told += and_more_block(found.scored, MAX_LISTED, NARROW)
    plain = f"{count(len(found.scored), 'partner')}{f' ({found.filter_text})' if found.filter_text else ''}"
    table = data_table(plain, COLUMNS, [_row(one) for one in found.scored[:MAX_ROWS]], instead=told)
    blocks += [table, *and_more_block(found.scored, len(table["rows"]) - 1, NARROW)]
    return Message(title, blocks)
