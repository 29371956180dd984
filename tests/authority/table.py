"""Who may do what: every command verb, button, form, menu, shortcut, event and address, against everybody there is.

`docs/authority.md` is made of it: `python -m tests.authority.table`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.authority.who import EVERYBODY, MEMBERS, NAMES, OVERHEARD, RECORDER, STEWARDS, TENDER

DOCUMENT = Path(__file__).parents[2] / "docs" / "authority.md"
RECORDS, SHOWS, ASKS, OFFERS, NOTES = "records", "shows", "asks", "offers", "notes the day"


@dataclass(frozen=True)
class Row:
    """One thing to do. `key` is what the code calls it; `how` is a line, or a button's or form's value, with `{names}`
    of ids in it. `does` is what those see for whom it is done."""

    part: str
    key: str
    how: str = ""
    may: tuple[str, ...] = MEMBERS
    does: str = RECORDS

    @property
    def id(self) -> str:
        return f"{self.part} {self.key} {self.how}".strip()


def _rows(part: str, does: str, found: Iterable[tuple[str, str]], may: tuple[str, ...] = MEMBERS) -> list[Row]:
    return [Row(part, key, how, may, does) for key, how in found]


TOKEN = "whoever has a token"
COMMAND, PARTNER, TEND, BUTTON, FORM = "command", "/partner", "/tend", "button", "form"
MENU, SHORTCUT, EVENT, ADDRESS, STEP = "menu", "shortcut", "event", "address", "workflow step"

TABLE: tuple[Row, ...] = (
    *_rows(COMMAND, RECORDS, [
        ("/referral", "/referral from Acme Legal Contoso 5k"),
        ("/event", "/event Acme Legal Webinar"),
        ("/touch", "/touch Acme Legal call next: send it by friday"),
        ("/trust", "/trust Acme Legal 4"),
    ]),
    *_rows(COMMAND, ASKS, [(name, name) for name in ("/referral", "/event", "/touch", "/trust")]),
    *_rows(COMMAND, SHOWS, [("/partner", "/partner"), ("/tend", "/tend")]),
    *_rows(PARTNER, RECORDS, [
        ("add", "/partner add Zenith"),
        ("pause", "/partner pause Acme Legal until friday"),
        ("resume", "/partner resume Paused Ltd"),
        ("cost", "/partner cost Acme Legal 2h lunch"),
        ("issue", "/partner issue Acme Legal late again"),
        ("idea", "/partner idea Acme Legal a breakfast"),
    ]),
    *_rows(PARTNER, RECORDS, [
        ("end", "/partner end Acme Legal no fit"), ("resume", "/partner resume Ended Ltd"),
    ], STEWARDS),
    *_rows(PARTNER, SHOWS, [("merge", "/partner merge Paper Ltd into Acme Legal")], STEWARDS),
    *_rows(PARTNER, RECORDS, [("ask", "/partner ask Acme Legal Jane Doe")], TENDER),
    *_rows(PARTNER, RECORDS, [("unlink", "/partner unlink Acme Legal")], TENDER),
    *_rows(PARTNER, ASKS, [("ask", "/partner ask Acme Legal"), ("link", "/partner link Acme Legal")], TENDER),
    *_rows(PARTNER, ASKS, [
        ("add", "/partner add"),
        ("edit", "/partner edit Acme Legal"),
        ("cost", "/partner cost Acme Legal"),
        ("what-if", "/partner what-if"),
        ("what-if", "/partner what-if terms Acme Legal"),
        ("issue", "/partner issue Acme Legal"),
        ("idea", "/partner idea Acme Legal"),
    ]),
    *_rows(PARTNER, SHOWS, [
        ("show", "/partner show Acme Legal"),
        ("list", "/partner list"),
        ("due", "/partner due"),
        ("explain", "/partner explain Acme Legal"),
        ("what-if", "/partner what-if Acme Legal strong"),
        ("review", "/partner review"),
        ("review", "/partner review Acme Legal"),
        ("review", "/partner review all"),
        ("history", "/partner history Acme Legal"),
        ("people", "/partner people Acme Legal"),
        ("brief", "/partner brief Acme Legal"),
        ("prune", "/partner prune"),
        ("verticals", "/partner verticals"),
        ("stakeholders", "/partner stakeholders"),
        ("candidates", "/partner candidates"),
        ("concentration", "/partner concentration"),
        ("served", "/partner served"),
    ]),
    *_rows(TEND, SHOWS, [
        ("help", "/tend help"),
        ("settings", "/tend settings"),
        ("settings", "/tend settings currency"),
        ("digest", "/tend digest"),
        ("status", "/tend status"),
        ("calendar", "/tend calendar"), ("mail", "/tend mail"),
    ]),
    *_rows(TEND, SHOWS, [("export", "/tend export"), ("export", "/tend export Acme Legal")], STEWARDS),
    *_rows(TEND, ASKS, [("import", "/tend import")], STEWARDS),
    *_rows(TEND, RECORDS, [("settings", "/tend settings cadence_days 20")], STEWARDS),
    *_rows(BUTTON, RECORDS, [
        ("undo_activity", "{event}"), ("undo_trust", "{rating}"), ("undo_cost", "{cost}"),
        ("undo_update", "{update}"), ("undo_promise", "{promise}"), ("another_lead", "{update}"),
        ("use_leftover", "{event}:day:2026-11-19"), ("use_leftover", "{event}:promise:us::Send it"),
        ("use_leftover", "{event}:partner:{paper}"),
    ], RECORDER),
    *_rows(BUTTON, ASKS, [
        ("edit_entry", "{event}"), ("edit_rating", "{rating}"), ("edit_promise", "{promise}"),
    ], RECORDER),
    *_rows(BUTTON, RECORDS, [("cancel_plan", "{plan}")], RECORDER),
    *_rows(BUTTON, RECORDS, [("withdraw_question", "{question}"), ("erase_person", "{joan}"),
        ("withdraw_referral_link", "{referral_link}"), ("accept_offer", "{offer}"), ("decline_offer", "{offer}"),
    ], TENDER),
    *_rows(BUTTON, RECORDS, [("undo_activity", "{mail}")], TENDER),
    *_rows(BUTTON, RECORDS, [
        ("refuse_seen_person", "{seen}"), ("undo_refusal", "{refused}:dan@acme.example"),
    ], TENDER),
    *_rows(BUTTON, ASKS, [("add_seen_person", "{seen}")], TENDER),
    *_rows(BUTTON, SHOWS, [("change_person", "{joan}:erase")], TENDER),
    *_rows(BUTTON, RECORDS, [("undo_person", "{joan}"), ("undo_person_edit", "{person_edit}")], RECORDER),
    *_rows(BUTTON, RECORDS, [("never_count", "{jane}"), ("change_person", "{jane}:left")]),
    *_rows(BUTTON, ASKS, [
        ("add_person", "{acme}"), ("add_named_person", "{acme}:{event}:Bob"), ("change_person", "{jane}:edit"),
    ]),
    *_rows(BUTTON, ASKS, [("verb", "ask:{acme}")], TENDER),
    *_rows(BUTTON, RECORDS, [
        ("keep_their_words", "{answer}"),
        ("retype", "/event Acme Legal Webinar"),
        ("add_and_retype", "Zenith\n/event Zenith Fair"),
        ("answer_line", '["Webinar Acme Legal","event","2026-11-23",[]]'),
        ("forget_spelling", "{spelling}"),
        ("outcome", "{referral}:lost"),
        ("resume_partner", "{paused}"),
        ("snooze", "{acme}:7"),
        ("wake_partner", "{snoozed}"),
        ("promise_kept", "{promise}"),
        ("count_as_contact", "{acme}:{promise}"),
        ("keep_as_it_is", "{acme}"),
        ("verb", "resume:{paused}"),
        ("keep_terms", "{acme}:40,8000,,,50000,,2000000"),
        ("idea_done", "{idea}"),
        ("idea_dropped", "{idea}"),
        ("take_in", "{prospect}"),
        ("prune_keep", "{paper}"),
        ("prune_pause", "{paper}"),
        ("new_calendar_address", ""),
        ("calendar_off", ""),
        ("stop_meetings", ""),
        ("new_mail_address", ""),
        ("mail_off", ""),
    ]),
    *_rows(BUTTON, RECORDS, [("verb", "end:{acme}"), ("prune_end", "{paper}")], STEWARDS),
    *_rows(BUTTON, RECORDS, [("resume_partner", "{ended}"), ("verb", "resume:{ended}")], STEWARDS),
    *_rows(BUTTON, SHOWS, [("plan_merge", "{paper}:{acme}")], STEWARDS),
    *_rows(BUTTON, RECORDS, [("merge_partners", "{paper}:{acme}"), ("undo_merge", "{merge}")], STEWARDS),
    *_rows(BUTTON, RECORDS, [
        ("import_go", "{staged}"), ("import_stop", "{staged}"), ("import_again", "{staged}"),
        ("undo_import", "{batch}"),
    ], STEWARDS),
    *_rows(BUTTON, ASKS, [("import_columns", "{staged}"), ("import_answers", "{asked}")], STEWARDS),
    *_rows(FORM, RECORDS, [("import_file", ""), ("import_columns", ""), ("import_answers", "")], STEWARDS),
    *_rows(BUTTON, ASKS, [("count_meetings", "")]),
    *_rows(BUTTON, SHOWS, [("prune_ask_end", "{paper}")], STEWARDS),
    *_rows(BUTTON, ASKS, [("change_settings", ""), ("make_integration", ""), ("make_webhook", "")], STEWARDS),
    *_rows(BUTTON, RECORDS, [("signal_off", "lopsided")], STEWARDS),
    *_rows(BUTTON, RECORDS, [("set_zone", "Europe/Dublin"), ("set_digest_channel", "C0TEAM")], STEWARDS),
    *_rows(BUTTON, RECORDS, [("remove_partner", "{paper}")], RECORDER),
    *_rows(BUTTON, SHOWS, [("integrations", ""), ("integration_wrote", "{integration}")], STEWARDS),
    *_rows(BUTTON, RECORDS, [("revoke_integration", "{integration}"), ("undo_activity", "{api_event}")], STEWARDS),
    *_rows(BUTTON, SHOWS, [("webhooks", ""), ("dead_events", "{hook}")], STEWARDS),
    *_rows(BUTTON, RECORDS, [
        ("pause_webhook", "{hook}"), ("resume_webhook", "{resting_hook}"), ("test_webhook", "{hook}"),
        ("remove_webhook", "{hook}"), ("replay_events", "{hook}"),
    ], STEWARDS),
    *_rows(BUTTON, SHOWS, [("send_export", "partner:{acme}"), ("invite_team", "hello")], STEWARDS),
    *_rows(BUTTON, SHOWS, [
        ("open_card", "{acme}"),
        ("explain_partner", "{acme}"),
        ("more_of_partner", "{acme}"),
        ("rvi_over_time", "{acme}"),
        ("draw_portfolio", ""),
        ("show_proof", ""),
        ("prepare_review", "{acme}"),
        ("digest_more", "2026-11-16:2026-11-23"),
        ("team_at_a_glance", ""),
        ("verb", "history:{acme}"),
        ("page_of_history", "{acme}:0"),
        ("take_back", "{acme}:0"),
        ("page_of_records", "{acme}:0"),
        ("prune_skip", ""),
        ("ask_mine", "mine"),
        ("prune_back", "{paper}"),
    ]),
    *_rows(BUTTON, ASKS, [
        ("outcome", "{referral}:won"),
        ("log_touch", "{acme}"),
        ("check_in", "{acme}"),
        ("name_partners", ""),
        ("rate_trust", "{acme}"),
        ("edit_partner", "{acme}:terms"),
        ("open_form", "/partner add"),
        ("fix_line", '["Acme Legal 9","trust","2026-11-23",[]]'),
        ("fix_record", '{{"command":"trust","level":4,"occurred_on":"2026-11-23"}}'),
        ("work_out_terms", "{acme}"),
        ("try_other_terms", "{acme}:40,8000,,,50000,,2000000"),
        ("hold_review", "{acme}"),
        ("note_issue", "{acme}"),
        ("note_idea", "{acme}"),
        ("issue_resolved", "{issue}"),
        ("add_to_vertical", "{vertical}"),
        ("name_vertical", ""),
        ("vertical_cadence", "{vertical}"),
        ("add_prospect", "suppliers"),
        ("plan_step", "{acme}"),
        ("risk_plan", "{acme}"),
        ("speak_less", "{acme}"),
    ]),
    *_rows(FORM, RECORDS, [
        (name, "") for name in (
            "referral", "event", "touch", "trust", "partner_add", "partner_edit", "won", "cost",
            "review_hold", "matter_note", "issue_resolve", "vertical_name", "vertical_cadence", "partner_cadence",
            "prospect_add", "plan_step", "risk_plan", "check_in", "name_partners", "person_add", "person_edit",
            "meetings",
        )
    ]),
    *_rows(FORM, RECORDS, [("edit_entry", ""), ("edit_rating", ""), ("edit_promise", "")], RECORDER),
    *_rows(FORM, RECORDS, [("ask_view", ""), ("link_channel", "")], TENDER),
    *_rows(FORM, SHOWS, [("terms", ""), ("what_if", ""), ("record", "")]),
    *_rows(FORM, RECORDS, [("settings", ""), ("integration", ""), ("webhook", "")], STEWARDS),
    *_rows(MENU, OFFERS, [("partner", "ac")]),
    *_rows(SHORTCUT, ASKS, [("log_message", ""), ("record", "")]),
    *_rows(STEP, RECORDS, [("record_referral", "lead"), ("log_touch", "note")]),
    *_rows(STEP, SHOWS, [("who_needs_us", "")]),
    *_rows(EVENT, SHOWS, [("app_home_opened", ""), ("message.im", ""), ("app_mention", "")]),
    *_rows(EVENT, NOTES, [("message.channels", ""), ("message.groups", "")], OVERHEARD),
    *_rows(ADDRESS, SHOWS, [("POST /slack/events", "")]),
    *_rows(ADDRESS, SHOWS, [("GET /healthz", ""), ("GET /livez", ""), ("GET /readyz", "")], NAMES),
    *_rows(ADDRESS, SHOWS, [("GET /their-view/{token}", "")], NAMES),
    *_rows(ADDRESS, RECORDS, [("POST /their-view/{token}", "")], NAMES),
    *_rows(ADDRESS, SHOWS, [("GET /refer/{token}", "")], NAMES),
    *_rows(ADDRESS, RECORDS, [("POST /refer/{token}", "")], NAMES),
    *_rows(ADDRESS, SHOWS, [("GET /api/v1/openapi.json", ""), ("GET /api/docs", "")], NAMES),
    *_rows(ADDRESS, SHOWS, [("GET /calendar/{token}.ics", ""), ("GET /calendar/step/{token}.ics", "")], NAMES),
    *_rows(ADDRESS, SHOWS, [
        (f"GET /api/v1/{path}", "") for path in (
            "activities", "activities/{id}", "partners", "partners/{partner:path}", "scores", "forecast",
        )
    ], (TOKEN,)),
    *_rows(ADDRESS, RECORDS, [("POST /mcp", "")], (TOKEN,)),
    *_rows(ADDRESS, RECORDS, [
        ("POST /api/v1/activities", ""), ("DELETE /api/v1/activities/{id}", ""), ("POST /api/v1/trust", ""),
        ("POST /api/v1/partners", ""),
    ], (TOKEN,)),
)  # fmt: skip

PARTS = {
    COMMAND: "Commands",
    PARTNER: "Subcommands of `/partner`",
    TEND: "Subcommands of `/tend`",
    BUTTON: "Buttons and menus",
    FORM: "Submitted forms",
    MENU: "Menus that search as you type",
    SHORTCUT: "Shortcuts",
    STEP: "Steps in Workflow Builder",
    EVENT: "Events",
    ADDRESS: "Addresses of the HTTP endpoint",
}
HEAD = """# Who may do what

`tests/authority/table.py` tests every cell; `python -m tests.authority.table` writes this page. The words in brackets
are ids. ✓ means that the request is done, or answered. – means that it is refused, that only the person who tried sees
the refusal, and that nothing is recorded. *owner* owns the partner, and recorded what is undone.

The refusal says why: a guest, a bot and a closed account each get their own words, and people from elsewhere read that
Tend is not installed there. A request that Slack did not sign gets a 401. An id of another workspace and one that does
not exist are refused in the same words, so that nobody learns which it is.

What Slack says of a person is kept for twelve hours, unless Slack reports a change (`user_change`), which counts at
once. Before anything that only stewards and admins may do, Slack is asked again; if it does not answer, what is known
counts. Calendars ask again after five minutes.

A step in Workflow Builder is done for whoever ran the workflow, as Slack names them (`user_context`): nobody who builds
a workflow can name somebody else.

`/mcp` and the addresses under `/api/v1/` do not ask who you are: an integration's token admits anyone who has it, to
its workspace only, and without a token everybody gets a 401. An integration can undo only what it recorded, and one
that may only record reads no scores.
"""


def document() -> str:
    """`docs/authority.md` as it should be."""
    head = "| | Tend | " + " | ".join(one.name for one in EVERYBODY) + " |\n|---|" + ":-:|" * len(EVERYBODY)
    parts = [HEAD]
    for part, title in PARTS.items():
        lines = [_line(row) for row in TABLE if row.part == part]
        parts.append("\n".join([f"## {title}\n", head, *lines]) + "\n")
    return "\n".join(parts)


def _line(row: Row) -> str:
    shown = row.how.replace("{", "[").replace("}", "]").replace("\n", "↵") if row.part != MENU else ""
    name = f"`{shown}`" if shown.startswith("/") and row.part != BUTTON else f"`{row.key}`"
    told = f"{name} `{shown}`" if shown and row.part == BUTTON else name
    cells = ("✓" if one.name in row.may else "–" for one in EVERYBODY)
    return f"| {told} | {row.does} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
