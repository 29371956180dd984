"""What came of a lead, and what must be asked about it: a part of its name, or two ends that contradict."""

from collections.abc import Sequence

from bot.grammar.lines.leads import Lead
from bot.grammar.lines.outcomes import OutcomePhrase, before_outcome, find_outcomes, stands_as_outcome
from bot.grammar.lines.stage import Stage
from bot.grammar.lines.values import Ask, Option, Question
from bot.grammar.lines.words import Sheet

_OUTCOME, _END = "outcome", "end"


def take_outcomes(stage: Stage, asked: list[Question]) -> list[OutcomePhrase]:
    """The outcomes that stand outside names, marked; asked about where it may be either."""
    sheet = stage.sheet
    found = []
    for phrase in find_outcomes(sheet):
        end = len(sheet)
        if phrase.is_negated or sheet.words[phrase.first].quoted:
            continue
        if not stands_as_outcome(sheet, phrase, end):
            answer = stage.answers.get(_OUTCOME)
            if _may_be_either(sheet, phrase) and answer != "name":
                words = sheet.spelled(phrase.first, phrase.last)
                if answer is None:
                    options = (
                        Option(key="outcome", label=f"It is {phrase.outcome}"),
                        Option(key="name", label="It is part of the name"),
                    )
                    asked.append(
                        Question(
                            key=_OUTCOME,
                            ask=Ask.OUTCOME,
                            problem=f"Is “{words}” what came of it, or part of the name?",
                            text=words,
                            options=options,
                        )
                    )
                    continue
            else:
                continue
        begin = before_outcome(sheet, phrase)
        sheet.use("outcome", phrase.first, phrase.last)
        for at in range(begin, phrase.first):
            sheet.use("glue", at)
        found.append(phrase)
    return found


def _may_be_either(sheet: Sheet, phrase: OutcomePhrase) -> bool:
    """`Chrome Cranes Won` at the end, and `lost property office` where nothing has a capital."""
    closes = phrase.last >= len(sheet) or bool(sheet.uses[phrase.last]) or sheet.words[phrase.last].is_mark
    if sheet.words[phrase.first].is_capital:
        return closes and phrase.first > 0 and sheet.is_free(phrase.first - 1)
    lead = sheet.free_words()
    return not closes and not any(sheet.words[at].is_capital for at in lead) and len(lead) > phrase.last - phrase.first


def settle_contradictions(stage: Stage, leads: Sequence[Lead], asked: list[Question]) -> None:
    """Ask how a lead ended of which two ends are told: `won lost`."""
    for lead in leads:
        if lead.outcome is None or lead.contradicted is None:
            continue
        ends = (lead.contradicted, lead.outcome)
        answered = next((end for end in ends if end.outcome == stage.answers.get(_END)), None)
        if answered:
            lead.outcome = answered
            continue
        words = " ".join(stage.sheet.spelled(end.first, end.last) for end in ends)
        options = tuple(Option(key=end.outcome, label=f"It is {end.outcome}") for end in ends)
        problem = f"“{words}” can't both be; what came of it?"
        asked.append(Question(key=_END, ask=Ask.OUTCOME, problem=problem, text=words, options=options))
