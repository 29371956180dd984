"""Partners that are logos, decided on one by one."""

from datetime import timedelta

from tests.actions.viewing import OLD, changes, forged, joint, partner
from tests.listeners.office import ADA, STEVE, TODAY, Office, labels, replaced


def test_row_18_logos_are_decided_on_one_by_one_in_the_same_place(office: Office) -> None:
    """Keep, pause, end: after each the next one stands where the last one stood; at the end what was decided."""
    first = office.partner("Alpha", since=OLD, vertical="law")
    second = office.partner("Beta", since=OLD + timedelta(1))
    third = office.partner("Gamma", since=OLD + timedelta(2))
    busy = office.partner("Busy", since=OLD)
    joint(office, busy, 1)
    office.partner("Young", since=TODAY - timedelta(60))

    shown = office.told("/partner prune", STEVE)
    assert "3 of 5 partners on paper only" in shown.visible_text
    for part in (
        "*Alpha* · law",
        "no activity that counts and nothing won in 12 months",
        "(35 months)",
        "no touch yet",
    ):
        assert part in shown.visible_text
    shown = replaced(office.press(shown, "prune_keep", STEVE))
    assert "*Alpha* is kept until 21 Feb 2027" in shown.visible_text
    assert "*Beta*" in shown.visible_text
    shown = replaced(office.press(shown, "prune_pause", STEVE))
    assert "*Beta* is paused" in shown.visible_text
    shown = replaced(office.press(shown, "prune_ask_end", STEVE))
    seen = office.slack.click(STEVE, shown, "prune_end", values={"reason": "never sent anybody"})
    done = replaced(seen)
    for part in (
        "1 of 3 partners on paper only; none left to decide on",
        "*Kept*: Alpha",
        "*Paused*: Beta",
        "*Ended*: Gamma",
    ):
        assert part in done.visible_text

    assert partner(office, first).snoozed_until_on == TODAY + timedelta(90)
    assert partner(office, second).status == "paused"
    assert (partner(office, third).status, partner(office, third).status_reason) == ("ended", "never sent anybody")
    assert changes(office) == [
        ("partner", "snoozed until", "21 Feb 2027"),
        ("partner", "status", "paused: on paper only"),
        ("partner", "status", "ended: never sent anybody"),
    ]
    assert "1 of 3 partners on paper only" in office.told("/partner prune").visible_text  # Alpha, kept


def test_a_logo_that_was_kept_is_decided_on_once(office: Office) -> None:
    """A second press, or a colleague's on an old message, moves no day and writes nothing into the history."""
    office.partner("Alpha", since=OLD)
    office.partner("Beta", since=OLD + timedelta(1))
    first, again, late = (office.told("/partner prune", STEVE) for _ in range(3))
    assert (
        "is kept until 21 Feb 2027. No nudges about it"
        in replaced(office.press(first, "prune_keep", STEVE)).visible_text
    )
    before = office.records()
    for message, action in ((again, "prune_keep"), (late, "prune_pause")):
        assert "Someone has already decided on that one." in replaced(office.press(message, action, STEVE)).visible_text
    assert office.records() == before


def test_row_19_an_ended_partner_keeps_its_reason_in_the_history(office: Office) -> None:
    """The list is about customers' benefit: what the record says of it is asked at the decision."""
    office.partner("Alpha", since=OLD, customer_benefit="Tax advice on the day")
    office.partner("Beta", since=OLD + timedelta(1))
    shown = office.told("/partner prune", ADA)
    assert "for our customers: Tax advice on the day" in shown.visible_text
    shown = replaced(office.press(shown, "prune_skip", ADA))
    assert "nothing yet on how our customers benefit" in shown.visible_text
    shown = replaced(office.press(shown, "prune_ask_end", ADA))
    replaced(office.slack.click(ADA, shown, "prune_end", values={"reason": "no use to our customers"}))
    history = office.told("/partner history Beta").visible_text
    assert f"<@{ADA}> · *status*: active → ended: no use to our customers" in history


def test_a_partnership_is_not_ended_without_a_reason_and_one_can_go_back(office: Office) -> None:
    office.partner("Alpha", since=OLD)
    before = office.records()
    asking = replaced(office.press(office.told("/partner prune", STEVE), "prune_ask_end", STEVE))
    asking = replaced(office.press(asking, "prune_end", STEVE))
    assert "Please say why" in asking.visible_text
    assert "*Alpha*" in replaced(office.press(asking, "prune_back", STEVE)).visible_text
    assert office.records() == before


def test_who_may_not_end_a_partnership_is_told_whom_to_ask(office: Office) -> None:
    alpha = office.partner("Alpha", since=OLD)
    shown = office.told("/partner prune")
    assert "End…" not in labels(shown)
    assert f"To end one, ask <@{STEVE}>" in shown.visible_text
    before = office.records()
    for action in ("prune_ask_end", "prune_end"):
        assert (
            "Only workspace admins and stewards can end a partnership"
            in forged(office, action, str(alpha)).visible_text
        )
    assert office.records() == before


def test_what_somebody_else_decided_meanwhile_is_left_as_it_is(office: Office) -> None:
    """An old message's buttons change nothing any more; the next logo is shown."""
    office.partner("Alpha", since=OLD)
    office.partner("Beta", since=OLD + timedelta(1))
    actions = ("prune_keep", "prune_pause", "prune_ask_end")
    stale = [office.told("/partner prune", STEVE) for _ in actions]
    office.told("/partner end Alpha too small", ADA)
    before = office.records()
    for action, message in zip(actions, stale, strict=True):
        shown = replaced(office.press(message, action, STEVE))
        assert "Someone has already decided on that one." in shown.visible_text
        assert "*Beta*" in shown.visible_text
    assert office.records() == before


def test_skipped_logos_come_again(office: Office) -> None:
    office.partner("Alpha", since=OLD)
    office.partner("Beta", since=OLD)
    shown = replaced(office.press(office.told("/partner prune"), "prune_skip"))
    assert "*Beta*" in shown.visible_text
    assert "Skip" not in labels(shown)
    done = replaced(office.press(shown, "prune_pause"))
    assert "1 left to decide on" in done.visible_text
    assert "*Alpha*" in replaced(office.press(done, "prune_skip")).visible_text


def test_a_touch_does_not_make_a_logo_a_partner_but_a_referral_does(office: Office) -> None:
    alpha = office.partner("Alpha", since=OLD)
    joint(office, alpha, 3, kind="meeting")
    assert "last touch 23 Nov 2026" in office.told("/partner prune").visible_text
    office.activity(alpha)
    assert "No paper partners" in office.told("/partner prune").visible_text
