"""The words that people use for what they do with partners, as lists that anybody can read and add to."""

from collections.abc import Iterator, Mapping

from bot.grammar.lines.lists import phrases, words
from scoring.vocabulary import Kind, Outcome


def _spellings(spelled: Mapping[str, str]) -> dict[str, str]:
    """Each word with what it says."""
    return {word: said for said, text in spelled.items() for word in text.split()}


def _phrasings(spelled: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Each phrase with what it says."""
    return {phrase: said for said, text in spelled.items() for phrase in phrases(text)}


MEETING_NOUNS = {
    **{
        word: word
        for word in words(
            "call meeting mail email coffee lunch dinner breakfast brunch drinks tea visit chat demo video dm "
            "message text pint catch-up zoom teams facetime whatsapp supper beers beer drink walk intro kickoff "
            "catchup kick-off check-in checkin conversation standup 1:1 121 golf"
        )
    },
    **_spellings(
        {
            "call": "phonecall calls phone calling ring blower",
            "video": "videocall",
            "email": "emails e-mail emailing",
            "meeting": "mtg meet meetings meetup huddle sync",
            "chat": "convo chinwag natter",
            "visit": "f2f",
            "QBR": "qbr",
            "EBR": "ebr",
            "breakfast": "brekkie brekky bfast",
            "tea": "cuppa brew",
            "mail": "mails",
            "coffee": "coffees",
            "message": "messages msg msgs",
        }
    ),
}
"""What was done, by the noun that says so → the medium."""

MEETING_VERBS = _spellings(
    {
        "call": "called phoned rang dialled dialed",
        "email": "emailed e-mailed",
        "mail": "mailed wrote written",
        "meeting": "met saw bumped",
        "message": "messaged texted whatsapped pinged txted txt'd slacked slack'd",
        "visit": "visited hosted popped nipped swung",
        "chat": "chatted spoke spoken talked speak",
        "video": "zoomed skyped facetimed",
        "catch-up": "caught",
        "lunch": "lunched",
        "dinner": "dined",
        "dm": "dm'd",
        "demo": "demoed",
    }
)
"""What was done, by the verb → the medium."""

TWO_WORD_MEDIA = _phrasings(
    {
        "call": (
            "phone call, tel call, zoom call, teams call, intro call, conference call, follow-up call, followup call, "
            "quick call"
        ),
        "DM": "linkedin dm",
        "video": "video call, google meet",
        "catch-up": "catch up",
        "message": "voice note, text message, linkedin message, linkedin msg",
        "visit": "site visit",
        "kick-off": "kick off",
        "lunch": "business lunch, follow-up lunch",
        "meeting": "review meeting, follow-up meeting, site meeting, teams meeting, zoom meeting, board meeting",
        "check-in": "check in",
        "email": "follow-up email",
        "coffee": "follow-up coffee",
        "chat": "follow-up chat",
    }
)

COLLABORATION = _spellings(
    {
        "collab": "collab",
        "collaboration": "collaboration",
        "article": "article articles co-wrote cowrote",
        "blog": "blog blogpost",
        "swap": "swap",
        "podcast": "podcast",
        "whitepaper": "whitepaper",
        "ebook": "ebook",
        "interview": "interview",
    }
)
CROSS_PROMOTION = _spellings(
    {
        "promo": "promo",
        "promotion": "promotion",
        "mailshot": "mailshot e-shot eshot",
        "newsletter": "newsletter newsletters",
        "cross-promo": "cross-promo crosspromo",
        "cross-promotion": "cross-promotion",
        "co-marketing": "co-marketing comarketing",
        "co-branded": "cobranded co-branded",
        "testimonial": "testimonial",
        "flyer": "flyer",
        "leaflet": "leaflet",
        "mailout": "mailout",
        "shoutout": "shoutout shout-out",
    }
)
_JOINT_WORKS = {
    "guest post": "guest post",
    "blog": "blog post",
    "white paper": "white paper",
    "guest blog": "guest blog",
    "guest article": "guest article",
    "article": "joint article",
    "podcast": "podcast episode",
    "report": "joint report",
}
_PROMOTIONS = {
    "case study": "case study",
    "email blast": "email blast",
    "campaign": "joint campaign",
    "co-marketing": "co marketing",
    "cross-promotion": "cross promotion",
    "cross-promo": "cross promo",
    "social post": "social post, ig post, instagram post, collab post",
    "press release": "press release, joint press",
    "LinkedIn post": "linkedin post",
    "shoutout": "shout out",
    "mailing": "joint mailing",
    "promotion": "joint promotion",
}
TWO_WORD_WORKS = {
    **{pair: (Kind.COLLABORATION, medium) for pair, medium in _phrasings(_JOINT_WORKS).items()},
    **{pair: (Kind.CROSS_PROMOTION, medium) for pair, medium in _phrasings(_PROMOTIONS).items()},
}
EVENTS = words(
    "webinar webinars workshop workshops seminar seminars roundtable roundtables event events masterclass hackathon "
    "conference expo round-table tradeshow panel meet-up exhibition fair"
)

_OUTCOMES = {
    Outcome.WON: (
        "won, signed, closed, landed, closed won, signed up, converted, deal signed, deal closed, deal done, deal won, "
        "signed contract, signed the contract, closed-won, deal's done, deal is done, done deal, signed them, "
        "won it, won them, said yes, win, contract is signed, contract was signed, contract signed, deal is signed, "
        "have signed contract, order is signed, order signed"
    ),
    Outcome.LOST: (
        "lost, dead, closed lost, fell through, closed-lost, lost it, fallen through, didn't happen, deal lost, went "
        "elsewhere, went cold, gone cold, lost them, deal dead, deal fell through, fell thru, didn't go ahead, didnt "
        "go ahead, did not go ahead, not going ahead, didn't work out, didnt work out, came to nothing, got dropped, "
        "was dropped, dropped out, got lost, went with a competitor, went with another firm, went with others, went "
        "to a competitor, chose a competitor, chose someone else, went another way, pulled out, fell apart, went with "
        "someone else, didn't come off"
    ),
    Outcome.MET: (
        "met, met them, meeting arranged, meeting in diary, booked a meeting, booked meeting, meeting scheduled, "
        "call booked, meeting with, a meeting with, mtg with, meeting in the diary, met with them, met up, "
        "met him, met her, met with him, met with her, met w them, met w/ them, met w him, met w her, met up with them"
    ),
    Outcome.DECLINED: (
        "declined, passed, not interested, said no, turned down, rejected, turned us down, no go, no thanks, "
        "passed on it, not a fit"
    ),
    Outcome.INTRODUCED: (
        "introduced, intro'd, introd, intro, pending, intro made, intro done, intro'ed, introduction made, "
        "in progress, ongoing"
    ),
}


def _meetings_held() -> Iterator[tuple[str, ...]]:
    """`had their first meeting`, `1st mtg booked`, `meeting is set`: how a lead was met, in all words."""
    nouns = (("meeting",), ("mtg",), ("first", "call"), ("1st", "call"), ("intro", "call"), ("intro", "meeting"))
    firsts = [("first", "meeting"), ("1st", "meeting"), ("first", "mtg"), ("1st", "mtg"), ("initial", "meeting")]
    for noun in (*nouns, *firsts):
        for article in ((), ("a",), ("the",), ("their",), ("an",), ("our",)):
            yield ("had", *article, *noun)
            yield ("booked", *article, *noun)
        for verb in words("booked set held done happened scheduled fixed arranged confirmed"):
            for being in ((), ("is",), ("was",), ("now",), ("got",)):
                yield (*noun, *being, verb)
    for article in ((), ("a",)):
        yield ("had", *article, "call")


OUTCOME_WORDS = {phrase: outcome for outcome, text in _OUTCOMES.items() for phrase in phrases(text)}
OUTCOME_WORDS |= dict.fromkeys(_meetings_held(), Outcome.MET)
MAX_OUTCOME = max(map(len, OUTCOME_WORDS))
NEGATIONS = words(
    "not never no hasn't haven't didn't isn't almost nearly yet if until when hasnt havent didnt could should "
    "might may will to hope hoping be being about once unless wasn't won't wont doesn't isnt wasnt probably"
)

GAVE = words(
    "sent gave given referred introduced intro'd introd passed recommended connected put handed forwarded send refer "
    "introduce pass intro shared brought got suggested pointed chucked lobbed threw steered hooked looped teed tipped "
    "bunged slung punted nudged sended gived recommend recommends sends gives sending giving "
    "referring introducing introing passing recommending connecting "
    "forwarding bringing suggesting pointing putting handing"
)
"""Verbs by which a lead changes hands."""

LEAD_NOUNS = words(
    "lead leads referral referrals intro intros introduction introductions client clients prospect prospects"
)
SOMEBODY = words("someone somebody")
SMALL = words(
    "a an the and or of to from for with at in on by our their your his her its my us them we i they it this "
    "that is was are were be been has have had as so but if then than about re via per me you he she who which "
    "will would not no do did does new"
)
"""Words that say nothing alone, and are no beginning of a name."""

QUALITIES = words(
    "great good quick nice brief short long lovely productive useful fantastic super first second another "
    "really very big"
)

ENDINGS_OF_FIRMS = words(
    "ltd limited llp llc inc plc gmbh holdings group services brothers bros partners partnership associates "
    "company co solutions agency solicitors consulting consultants capital law legal accountants advisors "
    "advisers ventures international uk systems technologies technology media digital studio studios labs "
    "software global industries enterprises sons shipping freight bank tech"
)
SURE_ENDINGS = words("ltd limited llp llc inc plc gmbh holdings")
