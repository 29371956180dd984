"""On PostgreSQL, where writers do not wait for each other unless they are made to: what must hold all the same."""

from collections.abc import Iterator

import pytest

from bot.fake_slack import FakeSlack
from tests.slack.conftest import open_street
from tests.slack.street import Street, dump
from tests.slack.test_apart import (
    test_many_requests_at_once_are_each_answered_for_their_own,
    test_nudges_and_digests_go_to_their_own_people_and_channels,
    twins,
)
from tests.slack.test_grid import (
    granted,
    org,
    test_a_list_that_is_older_than_what_slack_told_since_changes_nothing,
    test_a_token_that_runs_out_is_renewed_once_for_the_whole_organisation,
    test_an_organisation_that_comes_back_finds_everything_as_it_was,
    test_each_workspace_nudges_and_posts_its_digest_once_whoever_looks,
    test_two_who_hear_of_a_grant_at_once_make_one_workspace_each,
)
from tests.slack.test_install import (
    test_a_state_serves_once,
    test_two_who_bring_the_same_state_at_once_install_once,
    test_two_who_install_the_same_workspace_at_once_make_one,
    test_what_cannot_be_stored_whole_is_not_stored_at_all,
)
from tests.slack.test_leaving import (
    test_of_a_purge_and_a_return_at_once_one_waits_for_the_other,
    test_slack_says_it_twice_and_again,
    test_whoever_comes_back_finds_everything_as_it_was,
    used,
)
from tests.slack.test_renewing import (
    in_between,
    rotating,
    test_of_many_at_once_one_renews,
    test_who_installs_anew_meanwhile_keeps_the_newest,
    test_who_leaves_meanwhile_gets_no_token_back,
)
from tests.slack.test_tokens import TOKENS
from tests.storage.conftest import database_kind, url
from tests.web.conftest import Door

__all__ = [
    "database_kind",
    "granted",
    "in_between",
    "org",
    "rotating",
    "test_a_list_that_is_older_than_what_slack_told_since_changes_nothing",
    "test_a_state_serves_once",
    "test_a_token_that_runs_out_is_renewed_once_for_the_whole_organisation",
    "test_an_organisation_that_comes_back_finds_everything_as_it_was",
    "test_each_workspace_nudges_and_posts_its_digest_once_whoever_looks",
    "test_many_requests_at_once_are_each_answered_for_their_own",
    "test_nudges_and_digests_go_to_their_own_people_and_channels",
    "test_of_a_purge_and_a_return_at_once_one_waits_for_the_other",
    "test_of_many_at_once_one_renews",
    "test_slack_says_it_twice_and_again",
    "test_two_who_bring_the_same_state_at_once_install_once",
    "test_two_who_hear_of_a_grant_at_once_make_one_workspace_each",
    "test_two_who_install_the_same_workspace_at_once_make_one",
    "test_what_cannot_be_stored_whole_is_not_stored_at_all",
    "test_who_installs_anew_meanwhile_keeps_the_newest",
    "test_who_leaves_meanwhile_gets_no_token_back",
    "test_whoever_comes_back_finds_everything_as_it_was",
    "twins",
    "url",
    "used",
]

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)]


@pytest.fixture
def street(running: FakeSlack, served: tuple[Door, int], url: str) -> Iterator[Street]:
    """In the place of the one on SQLite."""
    with open_street(running, served, url) as opened:
        yield opened


def test_no_row_has_a_token_in_the_clear(both: Street) -> None:
    told = dump(both.engine)
    assert [len(told[name]) for name in ("slack_bots", "slack_installations")] == [2, 2]
    assert not TOKENS.search(str(told))
