"""`/partner`, typed."""

from datetime import date

import pytest

from bot.grammar import CommandContext, PartnerRequest, PartnerVerb, UnknownPartner, UsageError, read_partner
from scoring.vocabulary import Band, Status

ADD, LIST, SHOW, PAUSE, END = (PartnerVerb[each] for each in ("ADD", "LIST", "SHOW", "PAUSE", "END"))
EXPLAIN = PartnerVerb.EXPLAIN


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", PartnerRequest(verb=None)),
        ("Acme Legal", PartnerRequest(verb=SHOW, partner="Acme Legal")),
        ("SHOW acme", PartnerRequest(verb=SHOW, partner="acme")),
        ("show", PartnerRequest(verb=SHOW)),
        ("edit “To Scale”", PartnerRequest(verb=PartnerVerb.EDIT, partner="To Scale")),
        ("resume To Scale", PartnerRequest(verb=PartnerVerb.RESUME, partner="To Scale")),
        ("due", PartnerRequest(verb=PartnerVerb.DUE)),
        ("ask", PartnerRequest(verb=PartnerVerb.ASK)),
        ("ask Acme Legal", PartnerRequest(verb=PartnerVerb.ASK, partner="Acme Legal")),
        ("ask acme legal Jane O’Neil", PartnerRequest(verb=PartnerVerb.ASK, partner="acme legal", what="Jane O’Neil")),
        ("merge", PartnerRequest(verb=PartnerVerb.MERGE)),
        ("merge Acme into Acme Legal", PartnerRequest(verb=PartnerVerb.MERGE, partner="Acme", into="Acme Legal")),
        (
            "merge “Acme Legal” INTO “To Scale”",
            PartnerRequest(verb=PartnerVerb.MERGE, partner="Acme Legal", into="To Scale"),
        ),
        ("add", PartnerRequest(verb=ADD)),
        ("add New &amp; Co", PartnerRequest(verb=ADD, partner="New & Co")),
        ("add Vertical Farms", PartnerRequest(verb=ADD, partner="Vertical Farms")),
        ('add "New Co" tax lawyers', PartnerRequest(verb=ADD, partner="New Co", vertical="tax lawyers")),
        ("add New Co <@U1|ana>", PartnerRequest(verb=ADD, partner="New Co", owner="U1")),
        (
            "add New Co since 2 Nov 2024 owner <@U1> vertical tax lawyers",
            PartnerRequest(verb=ADD, partner="New Co", vertical="tax lawyers", owner="U1", since=date(2024, 11, 2)),
        ),
        ("list", PartnerRequest(verb=LIST)),
        ("list paused", PartnerRequest(verb=LIST, status=Status.PAUSED)),
        (
            "list tax lawyers <@U1|ana> active",
            PartnerRequest(verb=LIST, vertical="tax lawyers", owner="U1", status=Status.ACTIVE),
        ),
        ("list vertical: tax owner <@U1>", PartnerRequest(verb=LIST, vertical="tax", owner="U1")),
        ("explain Acme Legal", PartnerRequest(verb=EXPLAIN, partner="Acme Legal")),
        ("explain Acme since 1 Nov", PartnerRequest(verb=EXPLAIN, partner="Acme", since=date(2026, 11, 1))),
        ("pause Acme", PartnerRequest(verb=PAUSE, partner="Acme")),
        ("pause Acme until 1 Dec", PartnerRequest(verb=PAUSE, partner="Acme", until=date(2026, 12, 1))),
        (
            "pause Acme until 1 Dec because cash is short",
            PartnerRequest(verb=PAUSE, partner="Acme", until=date(2026, 12, 1), reason="cash is short"),
        ),
        (
            "pause Acme on leave until 2026-12-01",
            PartnerRequest(verb=PAUSE, partner="Acme", until=date(2026, 12, 1), reason="on leave"),
        ),
        (
            "pause Acme waiting until budgets clear",
            PartnerRequest(verb=PAUSE, partner="Acme", reason="waiting until budgets clear"),
        ),
        ("what-if Acme", PartnerRequest(verb=PartnerVerb.WHAT_IF, partner="Acme")),
        ("what-if terms Acme", PartnerRequest(verb=PartnerVerb.WHAT_IF, partner="Acme", what="terms")),
        ("what-if Acme strong", PartnerRequest(verb=PartnerVerb.WHAT_IF, partner="Acme", band=Band.STRONG)),
        (
            "what-if Acme to be Growing by 1 March 2027",
            PartnerRequest(verb=PartnerVerb.WHAT_IF, partner="Acme", band=Band.GROWING, until=date(2027, 3, 1)),
        ),
        ("what if Acme strong", PartnerRequest(verb=PartnerVerb.WHAT_IF, partner="Acme", band=Band.STRONG)),
        ("whatif Acme", PartnerRequest(verb=PartnerVerb.WHAT_IF, partner="Acme")),
        ("Acme Legal explain", PartnerRequest(verb=EXPLAIN, partner="Acme Legal")),
        ("acme legal, pause until 1 Dec", PartnerRequest(verb=PAUSE, partner="acme legal", until=date(2026, 12, 1))),
        ("Acme merge into Acme Legal", PartnerRequest(verb=PartnerVerb.MERGE, partner="Acme", into="Acme Legal")),
        ("“To Scale” what if", PartnerRequest(verb=PartnerVerb.WHAT_IF, partner="To Scale")),
        ("show Acme Legal?", PartnerRequest(verb=SHOW, partner="Acme Legal")),
        ("end Acme they closed", PartnerRequest(verb=END, partner="Acme", reason="they closed")),
    ],
)
def test_a_request_is_understood(text: str, request_: PartnerRequest, reading: CommandContext) -> None:
    """Each verb takes its own parts."""
    assert read_partner(text, reading) == request_


@pytest.mark.parametrize(
    ("text", "word", "why"),
    [
        ("shwo Acme", "shwo", "did you mean “show”"),
        ('"Acme" frobnicate', "frobnicate", "after the partner's name"),
        ('show "Acme" Legl', "Legl", "after the partner's name"),
        ("add New owner ana", "ana", "with an @"),
        ("add New vertical", "vertical", "nothing after"),
        ("add New since friday since monday", "since", "twice"),
        ("add New since 2024", "2024", "needs a month"),
        ("add New <@U1> <@U2|bo>", "@bo", "one owner"),
        ("explain Acme since", "", "no day here"),
        ("pause Acme until", "", "no day here"),
        ("pause Acme until fridya", "fridya", "could not read the day"),
        ("pause Acme until budgets clear", "budgets clear", "could not read the day"),
        ("pause Acme until yesterday", "yesterday", "in the past"),
        ("what-if Acme stronger", "stronger", "a band \\(good, growing, strong\\)"),
        ("what-if Acme strong by", "by", "no day after"),
        ("what-if Acme strong by yesterday", "yesterday", "is in the past"),
        ("what-if Acme by friday", "by friday", "which band"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, word: str, why: str, reading: CommandContext) -> None:
    """With a sentence that helps, and the form of the verb."""
    with pytest.raises(UsageError, match=why) as caught:
        read_partner(text, reading)
    assert caught.value.word == word
    assert caught.value.form.startswith("/partner ")


@pytest.mark.parametrize(
    ("text", "name", "after"),
    [
        ("show Acme Legl", "Acme Legl", ""),
        ("edit Zed and Sons", "Zed and Sons", ""),
        ("explain Zed Corp since 1 Nov", "Zed Corp", " since 1 Nov"),
        ("pause Zed Corp until friday", "Zed Corp", " until friday"),
        ("end Zed Corp because x", "Zed Corp", " because x"),
        ("end Zed Corp", "Zed Corp", ""),
        ("what-if Zed Corp strong by friday", "Zed Corp", " strong by friday"),
    ],
)
def test_an_unknown_name_is_all_there_is(text: str, name: str, after: str, reading: CommandContext) -> None:
    """Up to the words that begin another part; a shorter name that is known will not do."""
    with pytest.raises(UnknownPartner) as caught:
        read_partner(text, reading)
    split = caught.value.splits[0]
    assert (split.name, split.after) == (name, after)
    assert read_partner(split.retype("Acme"), reading).partner == "Acme"


@pytest.mark.parametrize(
    ("text", "name", "after"),
    [
        ("frobnicate", "frobnicate", ""),
        ("Acme Lgal", "Acme Lgal", ""),
        ("Acme Lgal explain", "Acme Lgal", " explain"),
        ("Zed Corp pause until friday", "Zed Corp", " pause until friday"),
    ],
)
def test_a_text_without_a_verb_is_a_name(text: str, name: str, after: str, reading: CommandContext) -> None:
    """Of a partner that is there: nobody adds one by asking for its card."""
    with pytest.raises(UnknownPartner) as caught:
        read_partner(text, reading)
    split = caught.value.splits[0]
    assert (split.name, split.after, caught.value.no_verb) == (name, after, True)
    assert caught.value.new_names() == []
    assert read_partner(split.retype("Acme"), reading).partner == "Acme"


@pytest.mark.parametrize(
    "text",
    ["explain Zed last month", "edit Zed owner <@U1>", "show Zed", "merge Zed into Acme", "history Zed", "end Zed"],
)
def test_only_what_records_something_may_add_a_partner(text: str, reading: CommandContext) -> None:
    with pytest.raises(UnknownPartner) as caught:
        read_partner(text, reading)
    assert caught.value.new_names() == []
    with pytest.raises(UnknownPartner) as caught:
        read_partner("issue Zed", reading)
    assert [one.name for one in caught.value.new_names()] == ["Zed"]


@pytest.mark.parametrize(
    ("text", "name", "vertical"),
    [
        ("add Zaphod, accountants", "Zaphod", "accountants"),
        ("add Zaphod, Accountants", "Zaphod", "Accountants"),
        ("add Zaphod - tax advisers", "Zaphod", "tax advisers"),
        ("add Zaphod, Reid & Co, solicitors", "Zaphod, Reid & Co", "solicitors"),
        ("add Larkin, Webb & Co", "Larkin, Webb & Co", None),
        ("add Larkin, Ltd", "Larkin, Ltd", None),
        ("add Larkin, vertical law", "Larkin", "law"),
    ],
)
def test_a_line_of_business_may_stand_behind_a_comma(
    text: str, name: str, vertical: str | None, reading: CommandContext
) -> None:
    asked = read_partner(text, reading)
    assert (asked.partner, asked.vertical) == (name, vertical)


@pytest.mark.parametrize(
    ("text", "until", "reason"),
    [
        ("pause Acme for 2 weeks", date(2026, 12, 2), None),
        ("pause Acme for a month, budget freeze", date(2026, 12, 18), "budget freeze"),
        ("pause Acme for the next two weeks", date(2026, 12, 2), None),
        ("pause Acme for a couple of weeks", date(2026, 12, 2), None),
        ("pause Acme for budget reasons", None, "for budget reasons"),
    ],
)
def test_a_pause_may_last_a_stretch_of_time(
    text: str, until: date | None, reason: str | None, reading: CommandContext
) -> None:
    asked = read_partner(text, reading)
    assert (asked.until, asked.reason) == (until, reason)
