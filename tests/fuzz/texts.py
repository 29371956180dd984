"""Texts that mean something to Tend or to Slack, and texts that ought to mean nothing to either."""

from tests.fuzz.source import Source

NAMES = ("Acme Legal", "acme legal", "Acme", "ACME LEGAL", "Paused Ltd", "Paper Ltd", "Prospect Ltd", "Zenith", "all")
DAYS = (
    "today", "yesterday", "tomorrow", "last friday", "next monday", "2 Nov", "2026-11-02", "31 Feb", "31.12.2026",
    "friday", "30 feb 2025", "1/2/2026", "9999-12-31", "0001-01-01", "1969-12-31", "2 weeks ago", "in 3 days", "on",
    "2026-W01-1", "the day before yesterday", "29 Feb 2027", "10000-01-01", "99 days ago", "9" * 30 + " days ago",
)  # fmt: skip
MONEY = (
    "£5,000", "5k", "€5", "-5", "5.555", "200 000", "1e9", "5kk", "£", "0", "£0", "999999999999999", "1" * 400, "5,00",
    "USD 5", "5 USD", "٣", "１２", "2h", "1h30", "45 min", "1.5 hours", "0h", "10000h", "NaN", "Infinity", "1_000", "²",
)  # fmt: skip
WORDS = (
    "from", "to", "won", "lost", "met", "introduced", "declined", "strategic", "us", "them", "1", "4", "5", "6", "call",
    "coffee", "promo", "next:", "by", "until", "because", "vertical", "owner", "since", "terms", "law", "help",
    "currency", "EUR", "timezone", "Europe/London", "../../etc/passwd", "stewards", "holidays", "GB-ENG", "none", "x",
)  # fmt: skip
MARKS = (
    "<!channel>", "<!here>", "<!everyone>", "<!subteam^S1>", "<@U0ANA>", "<@U0ANA|ana>", "<@UNOBODY>", "<#C0ROOM|room>",
    "<https://example.com|click>", "<mailto:a@example.com|mail>", "@channel", "@here", "&amp;", "&lt;!channel&gt;", "&",
    "<", ">", "&amp", "&#33;", "*bold*", "_it_", "~no~", "`code`", "```", ":smile:", "\\", "|", "%s", "{0}", "${x}",
    "'; DROP TABLE partner;--", "=1+1", "=HYPERLINK(\"x\")", "@SUM(1)", "+1", "-1", "\t=1", "\r=1",
)  # fmt: skip
STRANGE = (
    "\u200f", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u0000", "\ud800", "\udfff", "\x1b[31m",
    "\x07", "\u2028", "\u2029", "\x85", "\u3000", "\u00a0", "e\u0301", "\u0410cme Legal", "Ａｃｍｅ", "ﬁ", "İ", "ß",
    "👩\u200d👩\u200d👧", "🦄", "🏳\ufe0f\u200d🌈", "שלום", "مرحبا", "株式会社", "\U000e0041", "\U0010ffff", "\ufffe",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A", "“", "”", "«", "‘", '"', "'", '""', "\n", "\r\n", "\t", "\x0b", "  ",
)  # fmt: skip
ALL = (*NAMES, *NAMES, *DAYS, *MONEY, *WORDS, *WORDS, *MARKS, *STRANGE)
LENGTHS = (119, 120, 121, 299, 300, 301, 999, 1_000, 1_001, 2_999, 3_000, 3_001, 10_000)


def text(source: Source, most: int = 12) -> str:
    """A few fragments, with or without spaces; now and then very long, or bytes read as text."""
    kind = source.number(15)
    if kind == 0:
        unit = source.pick(ALL) or "x"
        return (unit * (source.pick(LENGTHS) // len(unit) + 1))[: source.pick(LENGTHS)]
    if kind == 1:
        return source.bytes(60).decode("utf-8", errors="surrogatepass" if source.chance(2) else "replace")[:60]
    if kind == 2:
        return ""
    glue = " " if source.number(3) else ""
    return glue.join(source.some(ALL, most))


def safe_text(source: Source, most: int = 12) -> str:
    """The same; bytes that are none of UTF-8 become signs of their own, also with lone surrogates."""
    try:
        return text(source, most)
    except UnicodeDecodeError:
        return "\ud83d"


COMMANDS = ("/referral", "/event", "/touch", "/trust", "/partner", "/tend")
VERBS = (
    "add", "show", "list", "edit", "due", "explain", "pause", "resume", "end", "cost", "review", "what-if", "issue",
    "idea", "history", "prune", "verticals", "stakeholders", "candidates", "concentration", "served", "settings",
    "help", "digest", "status",
)  # fmt: skip


def line(source: Source) -> tuple[str, str]:
    """A command and a text that begins as one that means something, and then goes anywhere."""
    name = source.pick(COMMANDS)
    parts = []
    if name in ("/partner", "/tend"):
        parts.append(source.pick(VERBS))
    if name == "/tend" and source.number(2):
        parts = ["settings", source.pick(SETTINGS)]
    if source.number(3):
        known = source.pick(NAMES)
        parts.append(f'"{known}"' if source.chance(4) else known)
    shapes = {"/trust": ("4", "us"), "/referral": ("Contoso", "5k", "won"), "/partner": ("terms", "2h", "£5")}
    parts += source.some(shapes.get(name, ("call", "next:")), 2)
    parts.append(safe_text(source))
    if source.chance(4):
        parts += ["on", source.pick(DAYS)]
    return name, " ".join(parts)


SETTINGS = (
    "timezone", "digest_channel", "digest_day", "digest_hour", "nudge_hour", "quiet_hour", "working_days", "holidays",
    "cadence_days", "learn_cadence", "currency", "concentration_percent", "hourly_rate", "review_days", "stewards",
    "signals_off",
    "nothing",
)  # fmt: skip
