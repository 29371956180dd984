"""What is asked about partners: which one, a new one, one of two."""

from collections.abc import Sequence

from bot.grammar.likeness import is_typo, similarity
from bot.grammar.lines.lists import words
from bot.grammar.lines.partners import LEAD_IN, Place, found_at, longer_name
from bot.grammar.lines.unknown_names import beginnings, firm_end
from bot.grammar.lines.values import Ask, Command, Context, Found, How, Option, Question
from bot.grammar.lines.vocabulary import ENDINGS_OF_FIRMS, SURE_ENDINGS
from bot.grammar.lines.words import Sheet
from storage.name_key import name_words

PARTNER = "partner"
_UNTIL = LEAD_IN | words("us them ours theirs")
_LOWER_ENDINGS = SURE_ENDINGS | words("brothers bros partners services solicitors associates consulting accountants")
_NO_CONTACT = words("and from at with to about on")
_MAX_OFFERED = 6
_MAX_NEW = 4  # names that are offered to be added
_MIN_TYPED = 4  # letters in which a slip can be told


def longer_name_end(sheet: Sheet, command: Command, place: Place) -> int:
    """Where a longer, unknown name ends that begins with this one; the place's end where the words are a title."""
    if (end := _mistyped_end(sheet, place)) > place.last:
        return end
    if command in (Command.TOUCH, Command.TRUST) and (end := firm_end(sheet, place.first)) > place.last:
        return end
    end = longer_name(sheet, place, until=_UNTIL)
    if end == place.last and not sheet.words[place.first].is_capital:
        while sheet.key(end) in _LOWER_ENDINGS:
            end += 1
    if end == place.last or command is Command.TRUST:
        return end
    ending = next((at for at in range(end, place.last, -1) if sheet.keys[at - 1] in SURE_ENDINGS), None)
    if command in (Command.REFERRAL, Command.EVENT):
        stands_inside = ending is not None and ending < end and ending - place.last < 3
        return ending if ending and stands_inside else place.last
    following = sheet.key(end)
    names_contact = following in LEAD_IN - _NO_CONTACT and not sheet.words[end].is_mark
    is_firm = sheet.keys[end - 1] in ENDINGS_OF_FIRMS
    return ending or (end if is_firm or names_contact else place.last)


def _mistyped_end(sheet: Sheet, place: Place) -> int:
    """Where a name ends whose first words are right and whose next one is nearly: `Zephyr Captial`."""
    at = place.last
    word = sheet.key(at)
    if place.is_whole or len(place.names) > 1 or len(word) < _MIN_TYPED or word in _UNTIL or not sheet.is_free(at):
        return at
    known = name_words(place.names[0].text)
    typed = name_words(sheet.spelled(place.first, at))
    rest = known[len(typed) :]
    return at + 1 if rest and len(rest[0]) >= _MIN_TYPED and is_typo(word, rest[0]) else at


def longer_question(sheet: Sheet, context: Context, place: Place, end: int) -> Question:
    """Whether the known partner is meant, or one with the longer name, which is new."""
    text = sheet.spelled(place.first, end)
    similar = [
        Option(
            key=f"{close.partner_id}@{place.first}-{end}",
            label=name,
            partner=Found(id=close.partner_id, name=name, typed=text, how=How.CHOSEN),
        )
        for close, name in context.names.close_to([text])
    ]
    known = _option(sheet, place, place.last, end)
    options = {option.key: option for option in (*similar, known, _new(sheet, place.first, end))}
    problem = f"No partner is called “{text}”."
    return Question(key=PARTNER, ask=Ask.PARTNER, problem=problem, text=text, options=tuple(options.values()))


def two_question(sheet: Sheet, places: Sequence[Place]) -> Question:
    """Which of two partners a referral is from or to."""
    options = [_option(sheet, place, place.last, place.last) for place in places]
    return Question(
        key=PARTNER,
        ask=Ask.BOTH,
        problem="Two partners stand here; which one is the referral from or to?",
        text=sheet.spelled(places[0].first, places[-1].last),
        options=(*options, Option(key="all", label="Both")),
    )


def joined_question(sheet: Sheet, place: Place) -> Question:
    """Whether the known partner alone is meant where an unknown name is joined to it."""
    problem = f"I know no other partner here than {place.names[0].partner}; is the referral theirs alone?"
    text = sheet.spelled(place.first, min(place.last + 2, len(sheet)))
    options = (_option(sheet, place, place.last, place.last),)
    return Question(key=PARTNER, ask=Ask.PARTNER, problem=problem, text=text, options=options)


def which(sheet: Sheet, place: Place, end: int) -> Question:
    """Which of several partners a beginning means, the likest to all that was typed first."""
    text = sheet.spelled(place.first, end)
    names = sorted(place.names, key=lambda name: -similarity(text, name.text))
    options = (
        Option(
            key=f"{name.partner_id}@{place.first}-{end}",
            label=name.partner,
            partner=Found(id=name.partner_id, name=name.partner, typed=text, how=How.CHOSEN),
        )
        for name in names[:_MAX_OFFERED]
    )
    problem = f"More than one partner's name begins with “{sheet.spelled(place.first, place.last)}”."
    return Question(key=PARTNER, ask=Ask.PARTNER, problem=problem, text=text, options=tuple(options))


def unknown(
    sheet: Sheet, context: Context, command: Command, places: Sequence[Place], spans: Sequence[tuple[int, int]]
) -> Question:
    """Did you mean …, or add it; no word is offered as a new partner where a known one stands in the line."""
    texts = [sheet.spelled(first, last) for first, last in spans]
    options: list[Option] = []
    for close, name in context.names.close_to(texts):
        first, last = spans[close.place]
        found = Found(id=close.partner_id, name=name, typed=texts[close.place], how=How.CHOSEN)
        options.append(Option(key=f"{close.partner_id}@{first}-{last}", label=name, partner=found))
    known = [place for place in places if place.is_whole and len(place.names) == 1]
    offered = {option.partner.id for option in options if option.partner}
    options += [
        _option(sheet, place, place.last, place.last) for place in known if place.names[0].partner_id not in offered
    ][:_MAX_OFFERED]
    if not any(place.is_whole for place in places):
        options += _new_names(sheet, command, *spans[0])
    problem = f"No partner is called “{texts[0]}”."
    return Question(key=PARTNER, ask=Ask.PARTNER, problem=problem, text=texts[0], options=tuple(options))


def _new_names(sheet: Sheet, command: Command, first: int, last: int) -> list[Option]:
    """What may be added: the whole name. Where a lead or title stands behind it nobody can tell where it ends."""
    ends = beginnings(sheet, first, last)
    ending = next((end for end in ends if any(key in SURE_ENDINGS for key in sheet.keys[end - 2 : end])), None)
    if command is not Command.REFERRAL:
        in_doubt = {at for at in range(first + 1, last) if sheet.keys[at] in ("(", "[") or _joins_small(sheet, at)}
        return [_new(sheet, first, last), *(_new(sheet, first, end) for end in ends if end in in_doubt)][:_MAX_NEW]
    if ending or sheet.words[first].quoted:
        return [_new(sheet, first, ending or last)]
    turn = [end for end in ends[:-1] if not sheet.words[end - 1].is_capital and sheet.words[end].is_capital]
    chosen = [*turn, *(ends[length - 1] for length in (2, 1, 3) if length <= len(ends))]
    return [_new(sheet, first, end) for end in dict.fromkeys(chosen)][:_MAX_NEW]


def _joins_small(sheet: Sheet, at: int) -> bool:
    return sheet.keys[at] == "and" and at + 1 < len(sheet) and not sheet.words[at + 1].is_capital


def _new(sheet: Sheet, first: int, last: int) -> Option:
    return Option(key=f"new@{first}-{last}", label=f"Add “{sheet.spelled(first, last)}”")


def _option(sheet: Sheet, place: Place, last: int, end: int) -> Option:
    """The known partner of a place; `end` is where the words end that it is then known by."""
    name = place.names[0]
    found = found_at(sheet, place)
    if end > last:
        found = Found(id=found.id, name=found.name, typed=sheet.spelled(place.first, end), how=How.CHOSEN)
    return Option(key=f"{name.partner_id}@{place.first}-{end}", label=name.partner, partner=found)
