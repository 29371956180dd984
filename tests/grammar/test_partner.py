"""`/partner`, typed."""

from datetime import date

import pytest

from bot.grammar import (
    AddRequest,
    AskRequest,
    CommandContext,
    DueRequest,
    EditRequest,
    EndRequest,
    ExplainRequest,
    ListRequest,
    MergeRequest,
    PartnerRequest,
    PauseRequest,
    ResumeRequest,
    ShowRequest,
    TermsRequest,
    UnknownPartner,
    UsageError,
    WhatIfRequest,
    read_partner,
)
from scoring.vocabulary import Band, Status


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", None),
        ("Acme Legal", ShowRequest(partner="Acme Legal")),
        ("SHOW acme", ShowRequest(partner="acme")),
        ("show", ShowRequest()),
        ("edit “To Scale”", EditRequest(partner="To Scale")),
        ("resume To Scale", ResumeRequest(partner="To Scale")),
        ("due", DueRequest()),
        ("ask", AskRequest()),
        ("ask Acme Legal", AskRequest(partner="Acme Legal")),
        ("ask acme legal Jane O’Neil", AskRequest(partner="acme legal", contact="Jane O’Neil")),
        ("merge", MergeRequest()),
        ("merge Acme into Acme Legal", MergeRequest(partner="Acme", into="Acme Legal")),
        (
            "merge “Acme Legal” INTO “To Scale”",
            MergeRequest(partner="Acme Legal", into="To Scale"),
        ),
        ("add", AddRequest()),
        ("add New &amp; Co", AddRequest(partner="New & Co")),
        ("add Vertical Farms", AddRequest(partner="Vertical Farms")),
        ('add "New Co" tax lawyers', AddRequest(partner="New Co", vertical="tax lawyers")),
        ("add New Co <@U1|ana>", AddRequest(partner="New Co", owner="U1")),
        (
            "add New Co since 2 Nov 2024 owner <@U1> vertical tax lawyers",
            AddRequest(partner="New Co", vertical="tax lawyers", owner="U1", since=date(2024, 11, 2)),
        ),
        ("list", ListRequest()),
        ("list paused", ListRequest(status=Status.PAUSED)),
        (
            "list tax lawyers <@U1|ana> active",
            ListRequest(vertical="tax lawyers", owner="U1", status=Status.ACTIVE),
        ),
        ("list vertical: tax owner <@U1>", ListRequest(vertical="tax", owner="U1")),
        ("explain Acme Legal", ExplainRequest(partner="Acme Legal")),
        ("explain Acme since 1 Nov", ExplainRequest(partner="Acme", since=date(2026, 11, 1))),
        ("pause Acme", PauseRequest(partner="Acme")),
        ("pause Acme until 1 Dec", PauseRequest(partner="Acme", until=date(2026, 12, 1))),
        ("pause Acme til 1 Dec", PauseRequest(partner="Acme", until=date(2026, 12, 1))),
        ("pause Acme ’til january", PauseRequest(partner="Acme", until=date(2027, 1, 1))),
        (
            "pause Acme until 1 Dec because cash is short",
            PauseRequest(partner="Acme", until=date(2026, 12, 1), reason="cash is short"),
        ),
        (
            "pause Acme on leave until 2026-12-01",
            PauseRequest(partner="Acme", until=date(2026, 12, 1), reason="on leave"),
        ),
        (
            "pause Acme waiting until budgets clear",
            PauseRequest(partner="Acme", reason="waiting until budgets clear"),
        ),
        ("what-if Acme", WhatIfRequest(partner="Acme")),
        ("what-if terms Acme", TermsRequest(partner="Acme")),
        ("what-if Acme strong", WhatIfRequest(partner="Acme", band=Band.STRONG)),
        (
            "what-if Acme to be Growing by 1 March 2027",
            WhatIfRequest(partner="Acme", band=Band.GROWING, until=date(2027, 3, 1)),
        ),
        ("what if Acme strong", WhatIfRequest(partner="Acme", band=Band.STRONG)),
        ("whatif Acme", WhatIfRequest(partner="Acme")),
        ("Acme Legal explain", ExplainRequest(partner="Acme Legal")),
        ("acme legal, pause until 1 Dec", PauseRequest(partner="acme legal", until=date(2026, 12, 1))),
        ("Acme merge into Acme Legal", MergeRequest(partner="Acme", into="Acme Legal")),
        ("“To Scale” what if", WhatIfRequest(partner="To Scale")),
        ("show Acme Legal?", ShowRequest(partner="Acme Legal")),
        ("end Acme they closed", EndRequest(partner="Acme", reason="they closed")),
    ],
)
def test_a_request_is_understood(text: str, request_: PartnerRequest | None, reading: CommandContext) -> None:
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
        ("what-if Acme stronger", "stronger", "a band after the partner \\(good, growing, strong\\)"),
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
