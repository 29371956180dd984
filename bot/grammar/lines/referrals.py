"""`/referral`: a lead that changed hands, or several."""

from collections.abc import Sequence
from dataclasses import replace

from bot.grammar.lines.amount_words import Amount
from bot.grammar.lines.amounts import find_amounts
from bot.grammar.lines.choice import choose
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.day_phrases import find_days
from bot.grammar.lines.handing import take_direction
from bot.grammar.lines.leads import Lead, behind_fields, listed, split_leads, take_count, title_and_note, use_separators
from bot.grammar.lines.leftovers import is_in_name, leftovers
from bot.grammar.lines.lists import words
from bot.grammar.lines.outcome_hints import hint_at
from bot.grammar.lines.outcome_questions import settle_contradictions, take_outcomes
from bot.grammar.lines.outcomes import OutcomePhrase
from bot.grammar.lines.promises import take_promises
from bot.grammar.lines.stage import Stage, day_question
from bot.grammar.lines.values import Ask, Certainty, Command, Entry, Leftover, Option, Question, Record, Unread
from bot.grammar.lines.when import When, impossible_due, unknown_day, use_day
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import Direction, Kind

LEAD = "lead"
"""The answer which open lead is meant."""
_AMOUNT, _LEADS = "amount", "leads"
_NO_AMOUNT = words("tbc tba tbd £tbc £tba £tbd £")
_ROUGHLY = words("ish odd tops max total approx approximately roughly potentially")
_YET_TO_COME = words("will to should hopes hoping due expected expects likely wants planning by next: signing closing")
_GOING_ON = words("with for via at in re about who from to by and")


def read_referral(stage: Stage) -> Entry:
    """The referrals of an entry."""
    sheet, context = stage.sheet, stage.context
    days = find_days(sheet, context.today, day_first=context.day_first)
    choice = choose(sheet, context, Command.REFERRAL, days, stage.answers)
    asked = [choice.question] if choice.question else []
    direction = take_direction(sheet, choice)
    kind = Kind.STRATEGIC_REFERRAL if _take_strategic(sheet) else Kind.REFERRAL
    promises = take_promises(sheet, days, context.today)
    count = take_count(sheet)
    amounts = _take_amounts(stage, asked)
    _take_no_amount(sheet)
    when = _take_day(stage, days)
    outcomes = take_outcomes(stage, asked)
    late = _take_day(stage, days) if when.phrase is None else when
    when = late if late.phrase else when
    if when.is_asked:
        asked.append(day_question(when, days, context.today, sheet, is_plan=False))
    base = Record(
        command=Command.REFERRAL,
        kind=kind,
        partners=choice.found,
        direction=direction or Direction.IN,
        is_direction_said=direction is not None,
        occurred_on=when.day,
        certainty=when.certainty,
        day_words=when.words,
        promises=promises,
        is_plan=when.day > context.today,
        lead_id=int(answer) if (answer := stage.answers.get(LEAD, "")).isdecimal() and len(answer) < 19 else None,
    )
    records = _records(stage, base, amounts, outcomes, count, asked)
    if records:
        seen = leftovers(stage, choice.places, days, records[0])
        hints = () if any(each.kind is Unread.OUTCOME for each in seen) else records[0].unread
        records[0] = replace(records[0], unread=(*seen, *hints))
        records[1:] = [replace(record, promises=()) for record in records[1:]]
    return stage.entry(Command.REFERRAL, records, asked, impossible_due(sheet, days))


def _take_no_amount(sheet: Sheet) -> None:
    """Mark `tbc`, which says that there is no amount yet."""
    for at in sheet.where(_NO_AMOUNT):
        if sheet.is_free(at) and (sheet.keys[at] != "£" or sheet.key(at + 1) == "?"):
            sheet.use("glue", at)


def _take_strategic(sheet: Sheet) -> bool:
    """Whether it is said to be strategic, outside a name: `strategic`, not `Strategic Planning Partners`."""
    for at in sheet.where(("strategic",)):
        if sheet.uses[at]:
            continue
        following = sheet.words[at + 1] if at + 1 < len(sheet) else None
        in_name = (
            sheet.words[at].is_capital and following is not None and following.is_capital and sheet.is_free(at + 1)
        )
        if not in_name:
            sheet.use("strategic", at)
            if sheet.key(at + 1) in ("referral", "lead", "one") and sheet.is_free(at + 1):
                sheet.use("glue", at + 1)
            return True
    return False


def _take_amounts(stage: Stage, asked: list[Question]) -> list[Amount]:
    """The amounts that stand as such, marked; one that cannot be known is asked about."""
    sheet = stage.sheet
    found = []
    for amount in list(find_amounts(sheet, stage.context.currency)):
        if amount.is_bare and not _closes(sheet, amount.last):
            continue
        if amount.minor is None and stage.answers.get(_AMOUNT) != "none":
            words = sheet.spelled(amount.first, amount.last)
            asked.append(
                Question(
                    key=_AMOUNT,
                    ask=Ask.AMOUNT,
                    problem=amount.problem,
                    text=words,
                    options=(Option(key="none", label="Record it without the amount"),),
                )
            )
        found.append(amount)
        if amount.minor is not None or _AMOUNT not in stage.answers:
            sheet.use("value", amount.first, amount.last)
            for at in range(amount.begin, amount.first):
                if not sheet.words[at].is_mark:
                    sheet.use("glue", at)
            if sheet.key(amount.last) in _ROUGHLY and sheet.is_free(amount.last):
                sheet.use("glue", amount.last)
    return found


def _closes(sheet: Sheet, at: int) -> bool:
    """Whether a name ends before a place: at the end, at a mark or at another field."""
    following = sheet.words[at] if at < len(sheet) else None
    return (
        following is None
        or following.is_mark
        or bool(sheet.uses[at])
        or sheet.begins_line(at)
        or not following.is_capital
    )


def _take_day(stage: Stage, days: Sequence[DayPhrase]) -> When:
    """The day of a referral: in front, at the end, beside another field or after `on`."""
    sheet, today = stage.sheet, stage.context.today
    if answered := stage.answered_day(days):
        return answered
    for day in reversed([day for day in days if sheet.are_free(day.first, day.last)]):
        if sheet.words[day.first].quoted or is_in_name(stage, day) or not _stands_apart(sheet, day):
            continue
        if any(sheet.keys[at] in _YET_TO_COME for at in sheet.free_words(max(0, day.first - 3), day.first)):
            continue
        before = sheet.words[day.first - 1] if day.first else None
        if (
            day.is_weekday
            and sheet.words[day.first].is_capital
            and before
            and before.is_capital
            and sheet.is_free(day.first - 1)
        ):
            continue
        words = sheet.spelled(day.first, day.last)
        on = day.done()
        if on is None:
            return When(today, phrase=day, words=words, is_asked=True, problem=unknown_day(day, words))
        if on > today and (day.past is None or day.past > today):
            return When(
                today,
                phrase=day,
                words=words,
                is_asked=True,
                problem=f"“{words}” is still to come; on which day was the referral?",
            )
        use_day(sheet, day)
        return When(on, Certainty.VAGUE if day.is_vague else Certainty.STATED, day, words)
    return When(today)


def _stands_apart(sheet: Sheet, day: DayPhrase) -> bool:
    before, behind = day.first - 1, day.last
    if sheet.key(before) in ("of", "since", "for", "until", "till", "from", "about", "before", "after"):
        return False
    ends = behind >= len(sheet) or bool(sheet.uses[behind]) or sheet.words[behind].is_mark or sheet.begins_line(behind)
    opens = before < 0 or bool(sheet.uses[before]) or sheet.words[before].is_mark
    return (
        (ends and not day.is_weak)
        or (opens and not sheet.words[day.first].is_capital)
        or (sheet.key(before) == "on" and (ends or sheet.key(behind) in _GOING_ON))
        or (ends and opens)
    )


def _records(
    stage: Stage,
    base: Record,
    amounts: Sequence[Amount],
    outcomes: Sequence[OutcomePhrase],
    count: int,
    asked: list[Question],
) -> list[Record]:
    """A record for each lead; a plain list is asked about."""
    sheet = stage.sheet
    leads = _settled(sheet, amounts, outcomes)
    settle_contradictions(stage, leads, asked)
    for lead in leads:
        lead.note_at = hint_at(sheet, lead.words, is_sure=lead.outcome is not None)
    if leads[-1].outcome and sheet.key(leads[-1].outcome.first - 1) in ("both", "all"):
        for lead in leads:
            lead.outcome = lead.outcome or leads[-1].outcome
    if len(leads) == 1:
        names = listed(sheet, leads[0])
        answer = stage.answers.get(_LEADS)
        if names and (len(names) == count or answer == "all"):
            whole = _record(sheet, base, leads[0], 0)
            use_separators(sheet, leads[0], names)
            one = replace(whole, title=names[0], note=behind_fields(sheet, leads[0]))
            return [one, *(replace(whole, title=name, note="", unread=()) for name in names[1:])]
        if names and answer is None:
            options = (Option(key="all", label=f"Record {len(names)} leads"), Option(key="one", label="It is one"))
            problem = f"Are these {len(names)} leads?"
            asked.append(Question(key=_LEADS, ask=Ask.LEADS, problem=problem, text=", ".join(names), options=options))
    if any(not lead.has_field for lead in leads[1:]) and len(leads) > 1 and stage.answers.get(_LEADS) is None:
        names = [title_and_note(sheet, lead)[0] for lead in leads]
        options = (Option(key="all", label=f"Record {len(names)} leads"), Option(key="one", label="It is one"))
        asked.append(
            Question(
                key=_LEADS,
                ask=Ask.LEADS,
                problem=f"Are these {len(names)} leads?",
                text=", ".join(names),
                options=options,
            )
        )
    if stage.answers.get(_LEADS) == "one" and len(leads) > 1:
        first = leads[0]
        for lead in leads[1:]:
            first.words += lead.words
            first.note_at = first.note_at if first.note_at is not None else lead.note_at
        leads = [first]
    return [_record(sheet, base, lead, count if len(leads) == 1 else 0) for lead in leads]


def _settled(sheet: Sheet, amounts: Sequence[Amount], outcomes: Sequence[OutcomePhrase]) -> list[Lead]:
    """The leads; what none of them took, as a second amount, is given back to the text."""
    leads = split_leads(sheet, amounts, outcomes) or [Lead()]
    taken = {lead.amount.first for lead in leads if lead.amount}
    spare = [amount for amount in amounts if amount.first not in taken]
    for amount in spare:
        sheet.release(amount.begin, amount.last)
    if not spare:
        return leads
    return split_leads(sheet, [amount for amount in amounts if amount.first in taken], outcomes) or [Lead()]


def _record(sheet: Sheet, base: Record, lead: Lead, count: int) -> Record:
    title, note = title_and_note(sheet, lead)
    hints = lead.note_at is not None and note and lead.outcome is None
    sounds = sheet.kept(lead.note_at or 0, lead.words[-1] + 1) if hints else ""
    return replace(
        base,
        title=title,
        note=note,
        value=lead.amount.minor if lead.amount else None,
        outcome=lead.outcome.outcome if lead.outcome else None,
        count=count or 1,
        unread=(Leftover(kind=Unread.OUTCOME, text=sounds),) if sounds else (),
    )
