"""`/tend`, typed."""

import pytest

from bot.grammar import TendRequest, TendVerb, UsageError, read_tend


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", TendRequest(verb=TendVerb.HELP)),
        ("help referral", TendRequest(verb=TendVerb.HELP, key="referral")),
        ("Digest", TendRequest(verb=TendVerb.DIGEST)),
        ("status", TendRequest(verb=TendVerb.STATUS)),
        ("calendar", TendRequest(verb=TendVerb.CALENDAR)),
        ("export", TendRequest(verb=TendVerb.EXPORT)),
        ("export Acme Legal", TendRequest(verb=TendVerb.EXPORT, key="Acme Legal")),
        ("export <@U0ANA|ana>", TendRequest(verb=TendVerb.EXPORT, user="U0ANA")),
        ("settings", TendRequest(verb=TendVerb.SETTINGS)),
        ("settings stewards a b", TendRequest(verb=TendVerb.SETTINGS, key="stewards", value="a b")),
    ],
)
def test_a_request_is_understood(text: str, request_: TendRequest) -> None:
    """Nothing typed asks for help."""
    assert read_tend(text) == request_


@pytest.mark.parametrize(
    ("text", "why"),
    [("setings", "did you mean “settings”"), ("xyz", "I know help"), ("digest now", "Nothing can follow")],
)
def test_what_cannot_be_read_is_named(text: str, why: str) -> None:
    """With the closest verb, where one is close."""
    with pytest.raises(UsageError, match=why) as caught:
        read_tend(text)
    assert caught.value.form.startswith("/tend ")
