"""What somebody at a partner does with a link, over HTTP."""

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from bot.fake_slack import Message
from tests.listeners.office import ANA, TEND_URL, Office, only_answer
from tests.patience import PATIENCE

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUESTION = "How much do you trust us?"


@dataclass(frozen=True)
class Seen:
    """A page: its status, its headers in lower case, its HTML."""

    status: int
    headers: dict[str, str]
    html: str

    @property
    def words(self) -> str:
        """What one reads on it."""
        body = self.html.partition("<main>")[2]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())

    @property
    def has_question(self) -> bool:
        return QUESTION in self.words


@dataclass
class Visitor:
    """Keeps nothing between two requests, as there is nothing to keep."""

    port: int
    seen: list[Seen] = field(default_factory=list)

    def opens(self, link: str, method: str = "GET") -> Seen:
        return self._ask(method, link)

    def sends(self, link: str, level: object = None, words: str | None = None) -> Seen:
        """The form, filled in so far."""
        given = {"level": level, "words": words}
        return self.posts(link, urlencode({name: value for name, value in given.items() if value is not None}))

    def posts(self, link: str, body: str | bytes) -> Seen:
        return self._ask("POST", link, body if isinstance(body, bytes) else body.encode(), FORM)

    def _ask(self, method: str, link: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Seen:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, link.removeprefix(TEND_URL), body, headers or {})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            self.seen.append(Seen(answer.status, told, answer.read().decode()))
            return self.seen[-1]
        finally:
            connection.close()


def link_in(message: Message) -> str:
    """The one link that a message has to copy."""
    found = {one for block in message.blocks for one in re.findall(rf"{TEND_URL}/[\w/=-]+", str(block))}
    assert len(found) == 1, found
    assert message.text.count("http") == 0  # a notification would show it to whoever looks on
    return found.pop()


def asked(office: Office, contact: str = "Jane Doe", partner: str = "Acme Legal") -> str:
    """A link for somebody at a partner."""
    return link_in(office.told(f"/partner ask {partner} {contact}"))


def door(office: Office, contact: str = "Jane Doe", partner: str = "Acme Legal", user: str = ANA) -> str:
    """A link for somebody at a partner."""
    form = office.asked(f"/partner ask {partner}", user)
    return link_in(only_answer(office.submit(form, contact=contact, purpose="referrals")))


def refers(visitor: Visitor, link: str, name: str = "Fabrikam", key: str | None = None, **fields: str) -> Seen:
    """The page's form, filled in and sent."""
    form = key or form_key(visitor.opens(link))
    return visitor.posts(link, urlencode({"form": form, "name": name, **fields}))


def form_key(page: Seen) -> str:
    return re.findall(r'name="form" value="([\w-]{22})"', page.html)[0]
