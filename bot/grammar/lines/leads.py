"""The leads of a referral: one or several, each with its amount and outcome, and what else was said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.grammar.lines.amount_words import Amount
from bot.grammar.lines.lead_parts import begins_telling, described, is_opening, is_person_of_partner, turns_to_note
from bot.grammar.lines.lists import words
from bot.grammar.lines.outcomes import OutcomePhrase
from bot.grammar.lines.split import has_words
from bot.grammar.lines.vocabulary import SOMEBODY
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import OPEN_OUTCOMES

_COUNTS = {
    "a couple of": 2,
    **{
        word: at
        for at, word in enumerate(
            ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2
        )
    },
}
_LEADS = words("opportunities opps leads referrals intros introductions clients prospects enquiries inquiries")
_QUALITIES = words("new warm hot good great more further potential nice strong separate qualified")
_SEPARATORS = words(", ; and & / + plus then")
_LIST_SEPARATORS = words(", ; and /")
_FIRM_ENDS = words("co sons son associates partners daughters brothers bros ltd llp inc limited plc company")
_LEADING_GLUE = words(
    "for the lead is called named re with - our a an that them at new customer client prospect contact company "
    "firm into to onto w deal opportunity opp account enquiry us"
)
_TRAILING_GLUE = words(
    "has have who is was are were as it which they and but now been we deal lead referral opportunity opp"
)
_FORGOTTEN = words("can't cant cannot don't dont didn't didnt forgot forget forgotten remember unknown unnamed")
_MAX_LEADS = 20


@dataclass(slots=True)
class Lead:
    """One lead as it is put together: the places of its words, and its fields."""

    words: list[int] = field(default_factory=list)
    amount: Amount | None = None
    outcome: OutcomePhrase | None = None
    begins_line: bool = False
    contradicted: OutcomePhrase | None = None  # an end that another one was said beside
    note_at: int | None = None  # where what came of it is told in words of its own

    @property
    def has_field(self) -> bool:
        """Whether anything was said of it."""
        return self.amount is not None or self.outcome is not None


def take_count(sheet: Sheet) -> int:
    """How many leads, where only their number is given: `2 leads`, `three warm referrals`. The words are marked."""
    for at in sheet.where(_COUNTS.keys() | {"couple"}, sheet.numeric):
        if sheet.uses[at] or sheet.words[at].quoted:
            continue
        key = sheet.keys[at]
        number = int(key) if key.isdigit() and len(key) <= 2 else _COUNTS.get(key, 0)
        first, last = at, at + 1
        if key == "couple":
            number, last = 2, at + 1 + (sheet.key(at + 1) == "of")
            first = at - 1 if sheet.key(at - 1) == "a" and sheet.is_free(at - 1) else at
        while sheet.key(last) in _QUALITIES:
            last += 1
        if number > 1 and sheet.key(last) in _LEADS and not sheet.words[last].is_capital:
            sheet.use("count", first, last + 1)
            return number
    return 0


def split_leads(sheet: Sheet, amounts: Sequence[Amount], outcomes: Sequence[OutcomePhrase]) -> list[Lead]:
    """The leads, each with its own amount and outcome. What has no field of its own belongs to the one before."""
    amount_at = {each.first: each for each in amounts}
    outcome_at = {each.first: each for each in outcomes}
    found = [Lead()]
    for at in range(len(sheet)):
        last = found[-1]
        breaks = sheet.begins_line(at) and at > 0
        if at in amount_at:
            if last.amount and _has_new_name(sheet, last, last.amount.last):
                found.append(_cut(last, last.amount.last))
                last = found[-1]
            elif last.amount and last.words and breaks:
                found.append(Lead(begins_line=True))
                last = found[-1]
            if last.amount is None:
                last.amount = amount_at[at]
            if not sheet.uses[at]:  # it is to stay in the text
                found[-1].words.append(at)
        elif at in outcome_at:
            if last.outcome and _has_new_name(sheet, last, last.outcome.last):
                found.append(_cut(last, last.outcome.last))
            last = found[-1]
            if last.outcome and _contradict(last.outcome, outcome_at[at]):
                last.contradicted = last.outcome
            last.outcome = outcome_at[at]  # the last one holds: met, then won
        elif not sheet.uses[at]:
            separates = (sheet.keys[at] in _SEPARATORS or breaks) and last.words and last.has_field
            if separates and len(found) < _MAX_LEADS:
                found.append(Lead(begins_line=breaks))
            if sheet.keys[at] not in _SEPARATORS or found[-1].words:
                found[-1].words.append(at)
            else:
                sheet.use("glue", at)
    return _merged(sheet, [each for each in found if each.words or each.has_field])


def _contradict(one: OutcomePhrase, other: OutcomePhrase) -> bool:
    """Whether both say how it ended, and not the same: `won lost`."""
    return one.outcome != other.outcome and not {one.outcome, other.outcome} & {*OPEN_OUTCOMES}


def _has_new_name(sheet: Sheet, lead: Lead, behind: int) -> bool:
    """Whether a name with a capital stands behind the lead's field, and another before it."""
    later = [at for at in lead.words if at >= behind and not sheet.words[at].is_mark]
    earlier = [at for at in lead.words if at < behind]
    return bool(later) and bool(earlier) and sheet.words[later[0]].is_capital


def _cut(lead: Lead, behind: int) -> Lead:
    """The lead that begins behind a place, taken off the one before it."""
    later = [at for at in lead.words if at >= behind]
    lead.words = [at for at in lead.words if at < behind]
    is_later = lead.outcome and lead.outcome.first >= behind and lead.amount and lead.amount.last <= behind
    outcome = lead.outcome if is_later else None
    return (
        Lead(words=later)
        if outcome is None or not later or outcome.first < later[0]
        else Lead(words=later, outcome=_moved(lead))
    )


def _moved(lead: Lead) -> OutcomePhrase | None:
    outcome, lead.outcome = lead.outcome, None
    return outcome


def _merged(sheet: Sheet, leads: Sequence[Lead]) -> list[Lead]:
    """Leads without a name of their own, or without any field and not named like one, put to the one before."""
    found: list[Lead] = []
    has_capitals = bool(leads) and any(sheet.words[at].is_capital for at in leads[0].words)
    for lead in leads:
        words = [at for at in lead.words if not sheet.words[at].is_mark and sheet.keys[at] not in ("and", "&")]
        named = (
            bool(words)
            and (lead.has_field or _like_names(sheet, words))
            and (sheet.words[words[0]].is_capital or (lead.amount is not None and not has_capitals))
        )
        if found and not named:
            found[-1].words += lead.words
            found[-1].amount = found[-1].amount or lead.amount
            found[-1].outcome = lead.outcome or found[-1].outcome
        else:
            found.append(lead)
    return found


def _like_names(sheet: Sheet, words: Sequence[int]) -> bool:
    if len(words) == 1 and sheet.words[words[0]].text.isupper() and len(sheet.words[words[0]].text) < 5:
        return False  # VAT, ARR
    return len(words) <= 5 and all(sheet.words[at].is_capital or sheet.keys[at] in ("of", "the") for at in words)


def title_and_note(sheet: Sheet, lead: Lead) -> tuple[str, str]:
    """The lead's name, which is the first run of its words, and what else was said."""
    runs: list[list[int]] = []
    for at in lead.words:
        joined = bool(runs) and at == runs[-1][-1] + 1 and not _breaks(sheet, lead, runs[-1], at)
        runs[-1].append(at) if joined else runs.append([at])
    texts = [(text, run) for run in runs if (text := _spelled(sheet, run))]
    named = next((each for each in texts if has_words(each[0])), None)
    if named is None:
        return "", " ".join(text for text, _ in texts)
    others = [each for each in texts if each is not named and has_words(each[0])]
    is_person = bool(others) and is_person_of_partner(sheet, named[1]) and sheet.words[others[0][1][0]].is_capital
    if others and (is_person or is_opening(sheet, named[1])):
        named = others[0]
    texts.remove(named)
    length = described(sheet, named[1])
    if length:
        texts.append((_spelled(sheet, named[1][:length]), named[1][:length]))
    title = _trimmed(sheet, named[1][length:]).rstrip(" .")
    gaps = ["\n" if sheet.begins_line(run[0]) else " " for _, run in texts]
    note = "".join(gap + text for gap, (text, _) in zip(gaps, texts, strict=True)).strip()
    if _names_nobody(title):
        return "", " ".join(part for part in (title, note) if part)
    return (title or named[0], note)


def _breaks(sheet: Sheet, lead: Lead, run: Sequence[int], at: int) -> bool:
    """Whether a run of words ends before a place though nothing stands between."""
    if sheet.begins_line(at) or at == lead.note_at or (lead.amount is not None and at == lead.amount.first):
        return True
    is_mark = sheet.words[at].is_mark
    if (is_mark and turns_to_note(sheet, run, at)) or (run[0] == lead.words[0] and begins_telling(sheet, run, at)):
        return True
    return (is_mark or sheet.words[at - 1].is_mark) and sheet.tells(at) != sheet.tells(at - 1)


def _spelled(sheet: Sheet, run: Sequence[int]) -> str:
    return sheet.piece(run[0], run[-1] + 1) if run else ""


def _names_nobody(title: str) -> bool:
    """Whether only somebody is told of, by no name: `someone, can't remember the name`."""
    first, *others = title.casefold().replace("’", "'").split() or [""]
    is_alone = not others or first[-1] in ",." or any(word in _FORGOTTEN for word in others)
    return first.strip(",.") in SOMEBODY and is_alone


def _trimmed(sheet: Sheet, run: list[int]) -> str:
    """The name without small words around it, which are marked: `the lead is X`, `X has`."""
    whole, run = run, list(run)
    while len(run) > 1 and (
        sheet.words[run[0]].is_mark
        or (sheet.keys[run[0]] in _LEADING_GLUE and not sheet.words[run[0]].is_capital)
        or (sheet.keys[run[0]] == "from" and sheet.words[run[1]].is_capital and not sheet.words[run[0]].is_capital)
    ):
        run.pop(0)
    while len(run) > 1 and (sheet.words[run[-1]].is_mark or sheet.keys[run[-1]] in _TRAILING_GLUE):
        if sheet.is_initials(run[-1]) or sheet.words[run[-1]].text in ')]"”»':
            break
        run.pop()
    if not _spelled(sheet, run):
        return ""
    for at in set(whole) - set(run):
        sheet.use("glue", at)
    text = _spelled(sheet, run)
    return (
        text.strip('"“”«»')
        if (text.count('"') == 2 and text[0] == text[-1] == '"') or (text[:1] == "“" and text[-1:] == "”")
        else text
    )


def behind_fields(sheet: Sheet, lead: Lead) -> str:
    """What stands behind the lead's amount or outcome."""
    starts = [field.first for field in (lead.amount, lead.outcome) if field]
    later = [at for at in lead.words if (starts and at > min(starts)) or at == lead.note_at]
    if lead.note_at is not None:
        later = [at for at in lead.words if at >= min([lead.note_at, *later])]
    return title_and_note(sheet, Lead(words=later))[0] if later else ""


def use_separators(sheet: Sheet, lead: Lead, names: Sequence[str]) -> None:
    """Mark the words between the names of a list."""
    inside = {word for name in names for word in name.split()}
    for at in lead.words:
        if sheet.keys[at] in ("and", "&") and sheet.words[at].text not in inside:
            sheet.use("glue", at)


def listed(sheet: Sheet, lead: Lead) -> list[str]:
    """The names of a plain list, `A, B and C`; nothing where it is one name, as `Larkin, Webb & Co`."""
    parts: list[list[int]] = [[]]
    comma = False
    end = min([len(sheet), *(field.first for field in (lead.amount, lead.outcome) if field)])
    for at in lead.words:
        if at == lead.note_at or at > end:
            break
        if (sheet.keys[at] in _LIST_SEPARATORS and not sheet.words[at].quoted) or (sheet.begins_line(at) and parts[-1]):
            comma = comma or sheet.keys[at] in (",", ";")
            parts.append([at] if sheet.begins_line(at) and sheet.keys[at] not in _LIST_SEPARATORS else [])
        elif sheet.keys[at] == "&" and len(parts[-1]) > 1:
            parts.append([])
        else:
            parts[-1].append(at)
    parts = [part for part in parts if any(not sheet.words[at].is_mark for at in part)]
    names = [_spelled(sheet, part) for part in parts]
    if len(parts) < 2 or not all(_is_name(sheet, part) for part in parts):
        return []
    if sheet.keys[parts[-1][-1]] in _FIRM_ENDS and len(parts[-1]) <= 2:
        return []
    words = [len([at for at in part if not sheet.words[at].is_mark]) for part in parts]
    if len(parts) == 2 and min(words) == 1 and (not comma or max(words) == 1 or words[1] == 1):
        return []
    return names


def _is_name(sheet: Sheet, part: Sequence[int]) -> bool:
    words = [at for at in part if not sheet.words[at].is_mark]
    small = ("of", "the", "and", "&", "for", "at", "on")
    return (
        bool(words)
        and len(words) <= 6
        and all(sheet.words[at].is_capital or sheet.keys[at] in small or sheet.keys[at][:1].isdigit() for at in words)
        and sheet.words[words[0]].is_capital
    )
