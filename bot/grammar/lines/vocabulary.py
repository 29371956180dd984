"""The words that people use for what they do with partners, as lists that anybody can read and add to."""

from bot.grammar.lines.lists import words
from scoring.words import Kind, Outcome

MEETING_NOUNS = {
    word: word
    for word in ["call", "meeting", "mail", "email", "coffee", "lunch", "dinner", "breakfast", "brunch", "drinks", "tea", "visit", "chat", "demo", "video", "dm", "message", "text", "pint", "catchup", "catch-up", "zoom", "teams", "facetime", "whatsapp", "supper", "beers", "beer", "drink", "walk", "intro", "kickoff", "kick-off", "check-in", "checkin", "phonecall", "conversation", "videocall", "standup", "1:1", "121", "golf"]
} | {
    "calls": "call", "emails": "email", "e-mail": "email", "mtg": "meeting", "meet": "meeting", "meetings": "meeting",
    "mails": "mail", "coffees": "coffee", "messages": "message", "phonecall": "call", "videocall": "video", "meetup": "meeting",
    "phone": "call", "calling": "call", "emailing": "email", "ring": "call",
}  # fmt: skip
"""What was done, by the noun that says so → the medium."""

MEETING_VERBS = {
    "called": "call", "phoned": "call", "rang": "call", "emailed": "email", "e-mailed": "email", "mailed": "mail",
    "met": "meeting", "messaged": "message", "texted": "message", "visited": "visit", "chatted": "chat", "zoomed": "video",
    "spoke": "chat", "spoken": "chat", "talked": "chat", "caught": "catch-up", "saw": "meeting", "lunched": "lunch",
    "dined": "dinner", "whatsapped": "message", "pinged": "message", "dm'd": "dm", "demoed": "demo", "skyped": "video",
    "wrote": "mail", "bumped": "meeting", "hosted": "visit", "facetimed": "video", "speak": "chat", "written": "mail",
}  # fmt: skip
"""What was done, by the verb → the medium."""

TWO_WORD_MEDIA = {
    ("phone", "call"): "call", ("video", "call"): "video", ("catch", "up"): "catch-up", ("zoom", "call"): "call",
    ("teams", "call"): "call", ("voice", "note"): "message", ("text", "message"): "message", ("intro", "call"): "call",
    ("linkedin", "message"): "message", ("site", "visit"): "visit", ("kick", "off"): "kick-off", ("conference", "call"): "call",
    ("follow-up", "call"): "call", ("followup", "call"): "call", ("business", "lunch"): "lunch", ("review", "meeting"): "meeting",
    ("follow-up", "meeting"): "meeting", ("quick", "call"): "call", ("check", "in"): "check-in", ("site", "meeting"): "meeting",
    ("teams", "meeting"): "meeting", ("zoom", "meeting"): "meeting", ("board", "meeting"): "meeting", ("google", "meet"): "video",
    ("follow-up", "email"): "email", ("follow-up", "coffee"): "coffee", ("follow-up", "lunch"): "lunch", ("follow-up", "chat"): "chat",
}  # fmt: skip

COLLABORATION = {
    "collab": "collab", "collaboration": "collaboration", "article": "article", "articles": "article", "blog": "blog",
    "blogpost": "blog", "swap": "swap", "podcast": "podcast", "whitepaper": "whitepaper", "ebook": "ebook",
    "interview": "interview", "co-wrote": "article", "cowrote": "article",
}  # fmt: skip
CROSS_PROMOTION = {
    "promo": "promo", "promotion": "promotion", "mailshot": "mailshot", "newsletter": "newsletter", "newsletters": "newsletter",
    "cross-promo": "cross-promo", "cross-promotion": "cross-promotion", "crosspromo": "cross-promo", "co-marketing": "co-marketing",
    "comarketing": "co-marketing", "cobranded": "co-branded", "co-branded": "co-branded", "testimonial": "testimonial",
    "flyer": "flyer", "leaflet": "leaflet", "mailout": "mailout", "shoutout": "shoutout", "shout-out": "shoutout", "e-shot": "mailshot",
    "eshot": "mailshot",
}  # fmt: skip
TWO_WORD_WORKS = {
    ("guest", "post"): (Kind.COLLABORATION, "guest post"), ("blog", "post"): (Kind.COLLABORATION, "blog"),
    ("white", "paper"): (Kind.COLLABORATION, "white paper"), ("guest", "blog"): (Kind.COLLABORATION, "guest blog"),
    ("guest", "article"): (Kind.COLLABORATION, "guest article"), ("joint", "article"): (Kind.COLLABORATION, "article"),
    ("podcast", "episode"): (Kind.COLLABORATION, "podcast"), ("joint", "report"): (Kind.COLLABORATION, "report"),
    ("case", "study"): (Kind.CROSS_PROMOTION, "case study"), ("email", "blast"): (Kind.CROSS_PROMOTION, "email blast"),
    ("joint", "campaign"): (Kind.CROSS_PROMOTION, "campaign"), ("co", "marketing"): (Kind.CROSS_PROMOTION, "co-marketing"),
    ("cross", "promotion"): (Kind.CROSS_PROMOTION, "cross-promotion"), ("cross", "promo"): (Kind.CROSS_PROMOTION, "cross-promo"),
    ("social", "post"): (Kind.CROSS_PROMOTION, "social post"), ("linkedin", "post"): (Kind.CROSS_PROMOTION, "LinkedIn post"),
    ("shout", "out"): (Kind.CROSS_PROMOTION, "shoutout"), ("joint", "mailing"): (Kind.CROSS_PROMOTION, "mailing"),
    ("joint", "promotion"): (Kind.CROSS_PROMOTION, "promotion"),
}  # fmt: skip
EVENTS = words(
    "webinar webinars workshop workshops seminar seminars roundtable roundtables event events masterclass "
    "hackathon conference expo round-table tradeshow panel meet-up exhibition fair"
)

OUTCOME_WORDS: dict[tuple[str, ...], Outcome] = {
    **dict.fromkeys(
        (("won",), ("signed",), ("closed",), ("landed",), ("closed", "won"), ("signed", "up"), ("converted",)),
        Outcome.WON,
    ),
    **dict.fromkeys(
        (
            ("deal", "signed"),
            ("deal", "closed"),
            ("deal", "done"),
            ("deal", "won"),
            ("signed", "contract"),
            ("signed", "the", "contract"),
        ),
        Outcome.WON,
    ),
    **dict.fromkeys(
        (("closed-won",), ("signed", "them"), ("won", "it"), ("won", "them"), ("said", "yes"), ("win",)), Outcome.WON
    ),
    **dict.fromkeys(
        (("lost",), ("dead",), ("closed", "lost"), ("fell", "through"), ("closed-lost",), ("lost", "it")), Outcome.LOST
    ),
    **dict.fromkeys(
        (
            ("fallen", "through"),
            ("didn't", "happen"),
            ("deal", "lost"),
            ("went", "elsewhere"),
            ("went", "cold"),
            ("gone", "cold"),
        ),
        Outcome.LOST,
    ),
    **dict.fromkeys((("lost", "them"), ("deal", "dead"), ("deal", "fell", "through"), ("fell", "thru")), Outcome.LOST),
    **dict.fromkeys(
        (("met",), ("meeting", "booked"), ("meeting", "set"), ("meeting", "arranged"), ("met", "them")), Outcome.MET
    ),
    **dict.fromkeys(
        (
            ("meeting", "held"),
            ("had", "a", "meeting"),
            ("had", "meeting"),
            ("booked", "a", "meeting"),
            ("meeting", "scheduled"),
        ),
        Outcome.MET,
    ),
    **dict.fromkeys(
        (("call", "booked"), ("had", "a", "call"), ("first", "meeting", "booked"), ("first", "meeting", "done")),
        Outcome.MET,
    ),
    **dict.fromkeys((("booked", "meeting"), ("meeting", "in", "diary"), ("meeting", "is", "booked")), Outcome.MET),
    **dict.fromkeys(
        (("declined",), ("passed",), ("not", "interested"), ("said", "no"), ("turned", "down"), ("rejected",)),
        Outcome.DECLINED,
    ),
    **dict.fromkeys(
        (("turned", "us", "down"), ("no", "go"), ("no", "thanks"), ("passed", "on", "it"), ("not", "a", "fit")),
        Outcome.DECLINED,
    ),
    **dict.fromkeys(
        (("introduced",), ("intro'd",), ("introd",), ("intro",), ("pending",), ("intro", "made"), ("intro", "done")),
        Outcome.INTRODUCED,
    ),
    **dict.fromkeys((("intro'ed",), ("introduction", "made"), ("in", "progress"), ("ongoing",)), Outcome.INTRODUCED),
}
LONGEST_OUTCOME = max(map(len, OUTCOME_WORDS))
NEGATIONS = words(
    "not never no hasn't haven't didn't isn't almost nearly yet if until when hasnt havent didnt could should "
    "might may will to hope hoping be being about once unless wasn't won't wont doesn't isnt wasnt probably"
)

GAVE = words(
    "sent gave given referred introduced intro'd introd passed recommended connected put handed forwarded send "
    "refer introduce pass intro shared brought got suggested"
)
"""Verbs by which a lead changes hands."""

LEAD_NOUNS = words(
    "lead leads referral referrals intro intros introduction introductions client clients prospect prospects"
)
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
