"""What somebody wants who writes to Tend without a command."""

from collections.abc import Sequence

from bot.grammar.lines.amounts import find_amounts
from bot.grammar.lines.attempts import is_attempt
from bot.grammar.lines.contact import find_contact
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.giving import tells_lead
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.moves import is_order
from bot.grammar.lines.partners import LEAD_IN, Place
from bot.grammar.lines.promise_triggers import triggers
from bot.grammar.lines.referral_verbs import new_partner, referral_verb, tells_of_new
from bot.grammar.lines.values import Command, Intent
from bot.grammar.lines.vocabulary import GAVE, LEAD_NOUNS, SOMEBODY
from bot.grammar.lines.words import Sheet

_QUIET = words("quiet silent cold dormant forgotten gone neglected lapsed drifted ignored")
_WEAK = words("weak weakest weakening weaker worst slipping worrying struggling low")
_SPOKEN = words("spoken called talked contacted rung emailed")
_DUE = words("due overdue today todo agenda")
_MINE = phrases(
    "needs me, need me, needs my, need my, needs attention, need attention, should i call, should i speak, to "
    "call, should i contact, should i ring, needs a call, my partners, should i chase, i call, need a call, "
    "should i talk, should i do, should i be calling, should i be ringing, should i be speaking, should i be "
    "chasing, should i be talking, should i be contacting, do i need "
    "to call, do i need to ring, do i owe a call, on my plate, waiting for me, needs love"
)
_PROMISED = phrases(
    "i owe, we owe, do i owe, my promises, our promises, i promised, we promised, i promise, did i promise, have i "
    "promised, i've promised, ive promised, my promise, promises due, open promises, my todos, my todo list, my to "
    "dos, my to do list, my commitments, my next steps, my follow ups, my followups, i said i'd do, i committed to, "
    "promises, commitments"
)
_UNDO = phrases(
    "undo, cancel that, undo that, take that back, delete that, scratch that, revert, remove that, oops, undo "
    "last, cancel last, undo it, cancel it, that was wrong, cancel, take it back, remove it, undo the last, "
    "undo my last, delete it, undo please, no undo, ignore that, delete last, forget that, scrap "
    "that, scrap it, bin that, bin it, strike that, wipe that, my mistake, wrong one, not that one, wrong partner, "
    "wrong person, wrong company, wrong firm, wrong lead, wrong name, wrong amount, wrong day, wrong date, wrong line"
)
_THANKS = phrases(
    "thanks, thank you, thx, ta, cheers, ty, great thanks, ok thanks, thankyou, thank u, tysm, perfect thanks, "
    "many thanks, brilliant thanks, lovely thanks, nice one, ok, okay, great, perfect, cool"
)
_HELP = phrases("help, what can you do, how does this work, how do i, commands, what do you do")
_ASKS = words(
    "who which what what's when where why how how's did do does have has is are was were can could should "
    "would will whos whats hows any anything anyone anybody who've whove who's show list"
)
_ABOUT_ONE = words(
    "how how's hows show card status open look what what's whats about is are things with doing going the of "
    "for on me update us we our at like up now today state tell summary score rvi up pull see view get profile "
    "please x info give lowdown latest overview rundown story"
)
_OPENING = words("please ok oh no sorry hi hey tend wait oops can could")
_CLOSING = words(
    "the last previous my latest please tend again mate so much a lot lots for that all very everyone thing "
    "one record entry pls plz thx thanks ta cheers sorry x"
)


_MAX_LENGTH = 12  # words of an order or of thanks


_ARROWS = words("-> → => »")
_ORDERS = words("pause resume explain history edit merge what-if whatif")


def intent_of(sheet: Sheet, places: Sequence[Place], partner: Place | None, days: Sequence[DayPhrase]) -> Intent:
    """What plain words want. RECORD where somebody tells what was done with a partner."""
    keys = [sheet.words[at].folded for at in range(len(sheet)) if not sheet.words[at].is_mark]
    if not keys:
        return Intent.OTHER
    if len(keys) <= _MAX_LENGTH and (_is(keys, _UNDO) or (not partner and _takes_back(sheet))):
        return Intent.UNDO
    if len(keys) <= _MAX_LENGTH and _is(keys, _THANKS) and not partner:
        return Intent.THANKS
    if any(keys[: len(phrase)] == list(phrase) for phrase in _HELP):
        return Intent.HELP
    asks = keys[0] in _ASKS or sheet.text.rstrip().endswith("?")
    if partner is None and (tells_of_new(sheet) or _met_new(sheet)):
        return Intent.RECORD
    if partner is not None:
        return _about_partner(sheet, partner, days, asks=asks)
    return _list(keys) if asks or len(keys) <= 4 else Intent.OTHER


def _met_new(sheet: Sheet) -> bool:
    """Whether a touch with a new partner is told of: `New partner Blackwood Law, lunch today`."""
    contact = find_contact(sheet)
    return new_partner(sheet) > 0 and contact is not None and not contact.is_event


def _takes_back(sheet: Sheet) -> bool:
    """Whether the last clause takes back, or one before it, with a remark why: `undo that, I clicked too fast`."""
    clauses: list[list[str]] = [[]]
    for word in sheet.words:
        if word.is_mark and word.text in ",.;-–—!" and clauses[-1]:
            clauses.append([])
        elif not word.is_mark:
            clauses[-1].append(word.folded)
    told = [clause for clause in clauses if clause]
    is_remark = not sheet.text.rstrip().endswith("?") and find_contact(sheet) is None
    return _is(told[-1], _UNDO) or (is_remark and any(_is(clause, _UNDO) for clause in told[:-1]))


def _is(keys: Sequence[str], phrases: Sequence[tuple[str, ...]]) -> bool:
    """Whether the words are one of the phrases, and nothing besides courtesy."""
    for phrase in phrases:
        rest = keys[len(phrase) :]
        if tuple(keys[: len(phrase)]) == phrase and (all(key in _CLOSING for key in rest) or _is(rest, phrases)):
            return True
    return (
        len(keys) > 1
        and keys[0] in _OPENING
        and (_is(keys[1:], phrases) or (keys[1:2] == ["you"] and _is(keys[2:], phrases)))
    )


def _list(keys: Sequence[str]) -> Intent:
    keys = keys[:_MAX_LENGTH]
    words = set(keys)
    if any(tuple(keys[at : at + len(phrase)]) == phrase for phrase in _PROMISED for at in range(len(keys))):
        return Intent.PROMISES
    if any(tuple(keys[at : at + len(phrase)]) == phrase for phrase in _MINE for at in range(len(keys))):
        return Intent.MINE
    if words & _QUIET or (words & _SPOKEN and words & {"haven't", "havent", "not", "who"}):
        return Intent.QUIET
    if words & _WEAK:
        return Intent.WEAK
    if words & _DUE and (keys[0] in _ASKS or len(keys) <= 2):
        return Intent.DUE
    return Intent.OTHER


def _about_partner(sheet: Sheet, partner: Place, days: Sequence[DayPhrase], *, asks: bool) -> Intent:
    """A name alone, or a question about one → its card; a sentence of what was done → a record."""
    others = [at for at in range(len(sheet)) if not partner.first <= at < partner.last and not sheet.words[at].is_mark]
    if is_order(sheet):
        return Intent.RECORD
    if all(sheet.words[at].folded in _ABOUT_ONE for at in others):
        return Intent.CARD
    if asks:
        return Intent.CARD
    if sheet.keys[0] in _ORDERS and partner.first == 1:
        return Intent.COMMAND
    return Intent.RECORD if command_of(sheet, partner) or _promises(sheet, days) else Intent.OTHER


def asked_of(sheet: Sheet, places: Sequence[Place]) -> Place | None:
    """The partner of a question, told by a beginning in small letters: `how's harrow doing`."""
    if len(places) != 1 or len(places[0].names) != 1 or sheet.key(0) not in _ASKS:
        return None
    others = (at for at in range(len(sheet)) if not places[0].first <= at < places[0].last)
    return places[0] if all(sheet.words[at].is_mark or sheet.words[at].folded in _ABOUT_ONE for at in others) else None


def _promises(sheet: Sheet, days: Sequence[DayPhrase]) -> bool:
    """Whether somebody will do something."""
    return bool(triggers(sheet, days)) or bool(
        sheet.where(
            ("will", "i'll", "we'll", "they'll", "promised", "next:", "todo", "owe", "owes", "remember", "reminder")
        )
    )


def command_of(sheet: Sheet, partner: Place | None = None) -> Command | None:
    """Which command a sentence is for, by what was done."""
    keys = sheet.keys
    if is_order(sheet):
        return Command.TOUCH
    if any(key in ("trust", "rating", "rate") for key in keys) and any(
        key[:1].isdigit() or key in ("one", "two", "three", "four", "five") for key in keys
    ):
        return Command.TRUST
    contact = find_contact(sheet)
    if contact and _ends_name(sheet, contact.first, partner):
        contact = None
    leads = next(
        (
            at
            for at, key in enumerate(keys)
            if key in LEAD_NOUNS and key not in ("intro", "intros", "client", "clients")
        ),
        None,
    )
    is_led = leads is not None and (contact is None or leads < contact.first) and not _is_topic(sheet, leads)
    if partner is None and tells_of_new(sheet):
        return Command.REFERRAL
    hands_over = referral_verb(sheet) or (partner is not None and tells_lead(sheet, partner.first, partner.last))
    if is_led or _names_deal(sheet, partner) or (hands_over and (contact is None or contact.first > 0)):
        return Command.REFERRAL
    if contact and contact.is_event:
        return Command.EVENT
    if contact or is_attempt(sheet, None):
        return Command.TOUCH
    return None


def _ends_name(sheet: Sheet, at: int, partner: Place | None) -> bool:
    """Whether a word that could say what was done is the end of a name: `lost Frost Golf`, not `Pine Golf`."""
    before = at - 1
    if before < 0 or not (sheet.words[at].is_capital and sheet.words[before].is_capital):
        return False
    in_partner = partner is not None and partner.first <= before < partner.last
    return not in_partner and sheet.keys[before] not in LEAD_IN and not sheet.words[before].text.isupper()


def _names_deal(sheet: Sheet, partner: Place | None) -> bool:
    """Whether an amount or an outcome is said of something from or to the partner: `Rao Dental from Pine won £6k`."""
    if partner is None:
        return False
    behind = partner.last + 1
    if sheet.key(partner.last) in _ARROWS and sheet.key(behind) in ("us", "me"):
        return True  # `Nova -> us: Frost Bakery`
    if sheet.key(partner.last) in ("referred", "recommended") and behind < len(sheet):
        return sheet.words[behind].is_capital or sheet.key(behind) in SOMEBODY | {"us"}
    if sheet.key(partner.last) in GAVE and sheet.key(behind) == "us" and behind + 2 < len(sheet):
        return all(sheet.words[at].is_capital for at in (behind + 1, behind + 2))  # `Nova gave us Frost Bakery`
    if sheet.key(partner.last) in GAVE and next(find_amounts(sheet, "GBP"), None):
        return True  # `Nova sent over Frost Bakery, 3k`
    if sheet.key(sheet.before(partner.first)) not in ("from", "to", "by"):
        return False
    has_lead = any(sheet.words[at].is_capital for at in range(len(sheet)) if not partner.first <= at < partner.last)
    return has_lead and bool(
        next(find_amounts(sheet, "GBP"), None) or sheet.where(("won", "lost", "signed", "declined"))
    )


def _is_topic(sheet: Sheet, at: int) -> bool:
    return any(
        sheet.keys[place]
        in (
            "about",
            "discussed",
            "re",
            "regarding",
            "asked",
            "promised",
            "wants",
            "want",
            "will",
            "they'll",
            "i'll",
            "we'll",
            "send",
        )
        for place in range(at)
    )
