"""Which addresses are of the public internet; `tests/calendars/test_fetch.py` tries to get to the others."""

import pytest

from bot.outbound.addresses import is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)
