"""Convert Slack's mrkdwn to HTML. Everything else is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from html import escape

from markupsafe import Markup

EMOJI = {
    "wave": "👋", "tada": "🎉", "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "warning": "⚠️",
    "bell": "🔔", "handshake": "🤝", "chart_with_upwards_trend": "📈", "chart_with_downwards_trend": "📉",
    "bar_chart": "📊", "seedling": "🌱", "herb": "🌿", "deciduous_tree": "🌳", "fire": "🔥", "eyes": "👀",
    "calendar": "📅", "date": "📅", "spiral_calendar_pad": "🗓️", "phone": "☎️", "telephone_receiver": "📞",
    "email": "📧", "memo": "📝", "pencil": "📝", "pencil2": "✏️", "bulb": "💡", "star": "⭐", "sparkles": "✨",
    "rocket": "🚀", "zzz": "💤", "dart": "🎯", "construction": "🚧", "rotating_light": "🚨",
    "triangular_flag_on_post": "🚩", "hourglass": "⌛", "clock": "🕘", "alarm_clock": "⏰", "moneybag": "💰",
    "scales": "⚖️", "heart": "❤️", "thumbsup": "👍", "+1": "👍", "thumbsdown": "👎", "-1": "👎", "pray": "🙏",
    "point_right": "👉", "arrow_up": "⬆️", "arrow_down": "⬇️", "arrow_right": "➡️", "red_circle": "🔴",
    "large_orange_circle": "🟠", "large_yellow_circle": "🟡", "large_green_circle": "🟢",
    "large_blue_circle": "🔵", "white_circle": "⚪", "small_red_triangle_down": "🔻",
    "small_red_triangle": "🔺", "lock": "🔒", "gear": "⚙️", "mag": "🔍", "house": "🏠", "link": "🔗",
    "speech_balloon": "💬", "busts_in_silhouette": "👥", "wastebasket": "🗑️", "pushpin": "📌",
    "outbox_tray": "📤", "arrow_forward": "▶️", "double_vertical_bar": "⏸️",
    "information_source": "\u2139\ufe0f", "question": "❓", "exclamation": "❗", "coffee": "☕", "smile": "😄",
    "framed_picture": "🖼️", "grey_question": "❔", "bust_in_silhouette": "👤", "door": "🚪", "eye": "👁️",
    "hourglass_flowing_sand": "⏳", "crystal_ball": "🔮", "hand": "✋", "leftwards_arrow_with_hook": "↩️",
    "mailbox": "📫", "art": "🎨", "package": "📦",
}  # fmt: skip
_PIECE = re.compile(r"```(.+?)```|`([^`\n]+)`|<([^<>\n]+)>", re.S)
_STYLES = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]*[^\s*])\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]*[^\s_])_(?!\w)"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]*[^\s~])~(?![\w~])"), r"<s>\1</s>"),
)
_EMOJI = re.compile(r":([a-z0-9_+-]+):")
_SAFE_LINK = re.compile(r"(https?|mailto|tel):", re.I)
# Private-use characters hold the place of a finished piece while the text around it is styled.
_OPEN, _CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True)
class Viewer:
    """The reader's context: names for ids, and the time zone for dates."""

    people: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC


def emoji(text: str) -> str:
    """Replace known `:name:` codes with their emoji."""
    return _EMOJI.sub(lambda hit: EMOJI.get(hit.group(1), hit.group(0)), text)


def to_html(text: str, reader: Viewer) -> Markup:
    """Convert a mrkdwn text to HTML."""
    pieces: list[str] = []

    def keep(html: str) -> str:
        pieces.append(html)
        return f"{_OPEN}{len(pieces) - 1}{_CLOSE}"

    def piece(hit: re.Match[str]) -> str:
        block, code, reference = hit.groups()
        if block is not None:
            return keep(f"<pre>{escape(_plain(block.strip(chr(10))))}</pre>")
        if code is not None:
            return keep(f"<code>{escape(_plain(code))}</code>")
        return keep(_reference(reference, reader))

    text = text.replace(_OPEN, "").replace(_CLOSE, "")
    html = escape(_plain(_PIECE.sub(piece, text)))
    for pattern, by in _STYLES:
        html = pattern.sub(by, html)
    html = _lines(emoji(html))
    return Markup(_restore_pieces(html, pieces))


def _restore_pieces(html: str, pieces: list[str]) -> str:
    return re.sub(f"{_OPEN}(\\d+){_CLOSE}", lambda hit: pieces[int(hit.group(1))], html)


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(html: str) -> str:
    out: list[str] = []
    quote: list[str] = []
    for line in [*html.split("\n"), None]:
        if line is not None and line.startswith("&gt;"):
            quote.append(line.removeprefix("&gt;").strip())
            continue
        if quote:
            out.append(f"<blockquote>{'<br>'.join(quote)}</blockquote>")
            quote = []
        if line is not None:
            out.append(line)
    return "<br>".join(out).replace("</blockquote><br>", "</blockquote>")


def _reference(body: str, reader: Viewer) -> str:
    target, _, label = body.partition("|")
    if target.startswith("@"):
        name = reader.people.get(target[1:], label or target[1:])
        return f'<span class="mention">@{escape(_plain(name))}</span>'
    if target.startswith("#"):
        name = reader.channels.get(target[1:], label or target[1:])
        return f'<span class="mention">#{escape(_plain(name))}</span>'
    if target.startswith("!date^"):
        return f"<time>{escape(_date(target, _plain(label), reader.zone))}</time>"
    if target.startswith("!"):
        shown = label or "@" + target[1:].partition("^")[0]
        return f'<span class="mention loud">{escape(_plain(shown))}</span>'
    if _SAFE_LINK.match(target):
        url, shown = escape(_plain(target)), escape(emoji(_plain(label or target)))
        return f'<a href="{url}" target="_blank" rel="noopener noreferrer">{shown}</a>'
    return escape(f"<{_plain(body)}>")


def _day(at: datetime, form: str) -> str:
    return f"{at.day} {at.strftime(form)}"


_DATE_WORDS: dict[str, Callable[[datetime], str]] = {
    "date_num": lambda at: at.strftime("%Y-%m-%d"),
    "date": lambda at: _day(at, "%B %Y"),
    "date_short": lambda at: _day(at, "%b %Y"),
    "date_long": lambda at: f"{at.strftime('%A')} {_day(at, '%B %Y')}",
    "date_pretty": lambda at: _day(at, "%B %Y"),
    "date_short_pretty": lambda at: _day(at, "%b %Y"),
    "date_long_pretty": lambda at: f"{at.strftime('%A')} {_day(at, '%B %Y')}",
    "time": lambda at: at.strftime("%H:%M"),
    "time_secs": lambda at: at.strftime("%H:%M:%S"),
}


def _date(target: str, fallback: str, zone: tzinfo) -> str:
    parts = target.split("^")
    try:
        at = datetime.fromtimestamp(int(parts[1]), zone)
    except (ValueError, IndexError, OverflowError, OSError):
        return fallback
    form = parts[2] if len(parts) > 2 else "{date_num}"

    def word(hit: re.Match[str]) -> str:
        formatter = _DATE_WORDS.get(hit.group(1))
        return formatter(at) if formatter else fallback

    return re.sub(r"\{(\w+)\}", word, form)
