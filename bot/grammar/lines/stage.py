"""What the stages of one entry share: the sheet, what it is read against, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.values import Ask, Certainty, Command, Context, Entry, Option, Question, Record
from bot.grammar.lines.when import When, use_day
from bot.grammar.lines.words import Sheet

_PROBLEMS = {
    "partner": "I can't tell which partner you mean.",
    "lead": "I can't tell who the lead is.",
    "title": "I can't tell what the event was.",
    "note": "I can't tell what you did.",
    "level": "Trust is a number from 1 (weak) to 5 (strongest).",
}
DAY, TEXT = "day", "text"
_FAR = timedelta(200)


@dataclass(frozen=True, slots=True)
class Stage:
    """One entry being read. `answers` are keyed by question."""

    sheet: Sheet
    context: Context
    answers: Mapping[str, str]

    def answered_day(self, days: Sequence[DayPhrase]) -> When | None:
        """The day that was chosen when asked; the words that name it are marked."""
        try:
            day = date.fromisoformat(self.answers.get(DAY, ""))
        except ValueError:
            return None
        phrase = next(
            (each for each in days if day in (each.past, each.coming) and self.sheet.are_free(each.first, each.last)),
            None,
        )
        if phrase:
            use_day(self.sheet, phrase)
        return When(day, Certainty.STATED, phrase, self.sheet.spelled(phrase.first, phrase.last) if phrase else "")

    def entry(self, command: Command, records: Sequence[Record], asked: Sequence[Question], problem: str = "") -> Entry:
        """The entry, with a problem where a field is missing."""
        missing = [field for record in records for field in record.missing]
        if not problem and missing and not asked:
            problem = _PROBLEMS[missing[0]]
        words = tuple(
            [
                (word.text, use or TEXT)
                for word, use in zip(self.sheet.words, self.sheet.uses, strict=True)
                if not word.is_mark
            ]
        )
        return Entry(
            typed=self.sheet.text.strip(),
            command=command,
            records=tuple(records),
            questions=tuple(asked),
            problem=problem,
            words=words,
        )


def day_question(when: When, days: Sequence[DayPhrase], today: date, sheet: Sheet, *, is_plan: bool) -> Question:
    """Which day it was, or will be."""
    options: list[Option] = []
    chosen = [when.phrase] if when.phrase else [day for day in days if sheet.are_free(day.first, day.last)]
    for phrase in chosen:
        for day in (phrase.past, phrase.coming):
            if (
                day
                and (phrase.is_weekday or abs(day - today) <= _FAR or day == phrase.nearest(today))
                and (not is_plan or day >= today)
                and all(option.key != day.isoformat() for option in options)
            ):
                options.append(Option(key=day.isoformat(), label=day_label(day)))
    if not is_plan and all(option.key != today.isoformat() for option in options):
        options.append(Option(key=today.isoformat(), label="Today"))
    problem = when.problem or ("On which day will that be?" if is_plan else "On which day was that?")
    return Question(key=DAY, ask=Ask.DAY, problem=problem, text=when.words, options=tuple(options))


def day_label(day: date) -> str:
    """Tue 3 Mar 2026."""
    return f"{day:%a} {day.day} {day:%b %Y}"
