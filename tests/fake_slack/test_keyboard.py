"""What is typed arrives as Slack sends it: links, references, entities, and a phone's quotes and dashes."""

import pytest

from bot.fake_slack import FakeSlack
from bot.fake_slack.user.keyboard import with_references


@pytest.fixture
def slack() -> FakeSlack:
    slack = FakeSlack()
    slack.world.add_person("U1", "ann")
    slack.world.add_person("U2", "bea", smart_punctuation=True)
    slack.world.add_channel("C1", "general", members=["U1", "U2"])
    return slack


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("see acme.com today", "see <http://acme.com|acme.com> today"),
        ("see Acme.co.uk/prices.", "see <http://Acme.co.uk/prices|Acme.co.uk/prices>."),
        ("(https://acme.com/a?b=1&c=2)", "(<https://acme.com/a?b=1&amp;c=2>)"),
        ("mail jo@acme.com", "mail <mailto:jo@acme.com|jo@acme.com>"),
        ("Marks & Co <3 > 2", "Marks &amp; Co &lt;3 &gt; 2"),
        ("a &amp; b", "a &amp;amp; b"),
        ("v1.2 and e.g. this", "v1.2 and e.g. this"),
        ("<@U1> and <https://acme.com|us>", "<@U1> and <https://acme.com|us>"),
    ],
)
def test_a_message_is_stored_as_slack_stores_it(slack: FakeSlack, typed: str, sent: str) -> None:
    assert slack.say("U1", "C1", typed).text == sent


def test_a_phone_curls_quotes_and_joins_dashes(slack: FakeSlack) -> None:
    assert slack.say("U2", "C1", "O'Malley's \"big\" day -- 'so'").text == "O’Malley’s “big” day — ‘so’"
    assert slack.say("U1", "C1", "O'Malley's \"big\" day -- 'so'").text == "O'Malley's \"big\" day -- 'so'"


def test_a_name_is_a_reference_however_it_is_written(slack: FakeSlack) -> None:
    """A phone begins it with a capital."""
    assert with_references(slack.world, "@Ann and @BEA, not @annie") == "<@U1|ann> and <@U2|bea>, not @annie"


def test_a_person_takes_up_a_phone_and_puts_it_down(slack: FakeSlack) -> None:
    slack.world.use_phone("U1", True)
    assert slack.say("U1", "C1", "it's").text == "it’s"
    slack.world.use_phone("U1", False)
    assert slack.say("U1", "C1", "it's").text == "it's"
