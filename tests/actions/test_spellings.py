"""What people chose after *did you mean* is remembered, moved, exported and forgotten."""

from pathlib import Path

import pytest

from bot.actions.activity import record
from bot.actions.partners import merge, spellings
from bot.actions.partners.search import command_context
from bot.errors import NotFound
from bot.exporting.run import export_to
from bot.grammar import TouchRequest
from bot.importing.full_restore import import_everything
from storage.db.engine import reading, writing
from storage.partners import names as partner_names
from storage.partners import partners
from storage.tables import Activity, Partner, PartnerSpelling
from storage.workspaces import workspaces
from tests.actions.test_again import caller, told
from tests.listeners.office import ANA, BOB, STEVE, TODAY, Office


def learnt(office: Office, partner_id: int, typed: str = "akme lgal", user: str = ANA) -> spellings.Spellings:
    return spellings.learn_spelling(office.engine, caller(office, user), partner_id, typed)


def means(office: Office, typed: str) -> str | None:
    return command_context(office.engine, caller(office)).known([typed])


def test_a_spelling_that_was_chosen_finds_the_partner_and_is_no_alias(office: Office) -> None:
    acme = office.partner()
    assert means(office, "Akme Lgal") is None
    found = learnt(office, acme)
    assert [(one.text, one.by, one.on) for one in found.known] == [("akme lgal", ANA, TODAY)]
    assert means(office, "AKME  LGAL") == "AKME  LGAL"
    done = record.record_request(
        office.engine, caller(office), TouchRequest(partner="Akme Lgal", note="call", occurred_on=TODAY)
    )
    assert done.partner == "Acme Legal"
    with reading(office.engine) as session:
        names = partner_names.partner_names(session, workspace_id=office.workspace_id, partner_id=acme)
    assert [one.name for one in names] == ["Acme Legal"]


def test_learning_it_again_changes_nothing_and_another_choice_wins(office: Office) -> None:
    acme, other = office.partner(), office.partner("Other Ltd")
    assert learnt(office, acme).changed
    assert not learnt(office, acme, "Akme Lgal", BOB).changed
    assert learnt(office, other, "akme lgal", BOB).changed
    row = office.row(PartnerSpelling)
    assert (row.partner_id, row.learnt_by) == (other, BOB)


@pytest.mark.parametrize("typed", ["Other Ltd", "  ", "OTHER LTD", "x" * 5_000])
def test_a_name_is_none_to_learn(office: Office, typed: str) -> None:
    acme = office.partner()
    office.partner("Other Ltd")
    assert not learnt(office, acme, typed).changed
    assert office.rows(PartnerSpelling) == []


def test_a_real_name_wins(office: Office) -> None:
    acme = office.partner()
    learnt(office, acme)
    office.partner("Akme Lgal")
    assert office.rows(PartnerSpelling) == []
    done = record.record_request(
        office.engine, caller(office), TouchRequest(partner="akme lgal", note="call", occurred_on=TODAY)
    )
    assert done.partner == "Akme Lgal"


def test_it_is_forgotten_once(office: Office) -> None:
    acme = office.partner()
    id = learnt(office, acme).known[0].id
    assert spellings.forget_spelling(office.engine, caller(office, BOB), id).known == ()
    assert means(office, "akme lgal") is None
    with pytest.raises(NotFound):
        spellings.forget_spelling(office.engine, caller(office), id)
    assert "akme lgal" in office.told("/partner history Acme Legal").visible_text


def test_it_moves_with_a_merge_and_back(office: Office) -> None:
    acme, twin = office.partner(), office.partner("Twin")
    learnt(office, twin)
    learnt(office, acme, "acm")
    done = merge.merge(office.engine, caller(office, STEVE), twin, acme)
    assert {row.partner_id for row in office.rows(PartnerSpelling)} == {acme}
    merge.undo(office.engine, caller(office, STEVE), done.merge_id)
    assert {row.spelling: row.partner_id for row in office.rows(PartnerSpelling)} == {"akme lgal": twin, "acm": acme}


def test_an_update_of_a_merged_partners_lead_is_undone_before_and_after(office: Office) -> None:
    from bot.actions.activity import amendments
    from scoring.vocabulary import Outcome
    from tests.actions.test_again import again

    acme, other = office.partner(), office.partner("Other Ltd")
    told(office)
    done = told(office, again(outcome=Outcome.MET))
    assert done.updated
    merge.merge(office.engine, caller(office, STEVE), acme, other)
    amendments.undo_update(office.engine, caller(office), done.updated.id)
    assert (office.row(Activity).outcome, office.row(Activity).partner_id) == ("introduced", other)


def test_everything_goes_out_and_comes_back(office: Office, tmp_path: Path) -> None:
    """Spellings, attempts, sides of promises, notes and updates; an update can be undone there, too."""
    from bot.actions.activity import amendments
    from bot.grammar import Promised
    from scoring.vocabulary import Kind, Outcome, Promiser
    from storage.tables import Amendment, NextStep
    from tests.actions.test_again import again

    office.partner("First")  # so that ids differ there
    acme = office.partner()
    learnt(office, acme)
    told(office)
    told(office, again(outcome=Outcome.MET, note="soon"))
    made = (Promised(what="the list", side=Promiser.THEM),)
    touch = TouchRequest(partner="Acme Legal", kind=Kind.ATTEMPT, note="no answer", occurred_on=TODAY, promises=made)
    record.record_request(office.engine, caller(office), touch)
    team = office.services.workspaces.teams()[0]
    export_to(office.engine, team=team, folder=tmp_path / "out", now=office.clock())
    assert "attempt" in (tmp_path / "out" / "activities.csv").read_text("utf-8-sig")
    assert ",them," in (tmp_path / "out" / "tables" / "next_step.csv").read_text("utf-8-sig")
    with writing(office.engine) as session:
        workspaces.purge(session, workspace_id=office.workspace_id)
        there = workspaces.connect(session, team_id=office.slack.world.team_id, name="There", now=office.clock()).id
    assert office.rows(PartnerSpelling) == office.rows(Amendment) == []
    team = office.services.workspaces.teams()[0]
    assert team.id == there
    import_everything(office.engine, now=office.clock(), team=team, path=tmp_path / "out")
    partner = next(row for row in office.rows(Partner) if row.name == "Acme Legal")
    assert office.row(PartnerSpelling).partner_id == partner.id
    assert (office.row(NextStep).side, [row.kind for row in office.rows(Activity)]) == ("them", ["referral", "attempt"])
    back = amendments.undo_update(office.engine, caller(office), office.row(Amendment).id or 0)
    assert {one.field for one in back.changes} == {"outcome", "note"}


def test_an_imported_name_takes_over(office: Office) -> None:
    acme = office.partner()
    learnt(office, acme)
    with writing(office.engine) as session:
        rows = [{"name": "Akme Lgal", "since_on": TODAY}]
        of = {"workspace_id": office.workspace_id, "by": ANA, "now": office.clock()}
        partners.add_many(session, rows=rows, batch_id=None, **of)
    assert office.rows(PartnerSpelling) == []
