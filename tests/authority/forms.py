"""Every form that comes back: how it is opened, and what somebody would fill in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.fake_slack.state.models import Json
from tests.authority.desk import Desk
from tests.listeners.office import ADA, ROOM, STEVE


@dataclass(frozen=True)
class Filled:
    """`opened` is a line, the global shortcut, or a button's action and value; `{names}` are ids. `callback` where
    another form has its fields; else its own."""

    opened: str | tuple[str, str]
    values: Mapping[str, Any] = field(default_factory=dict)
    callback: str = ""

    def body(self, desk: Desk, ids: Mapping[str, int] | None = None) -> Json:
        """The form as Tend draws it, for an admin; `ids` put others in its callback's place."""
        known = desk.ids
        if self.opened == SHORTCUT:
            tried = desk.global_shortcut(ADA, "record")
        elif isinstance(self.opened, str):
            tried = desk.types(ADA, self.opened)
        else:
            tried = desk.press(ADA, self.opened[0], self.opened[1].format(**known))
        assert tried.modal is not None, (self.opened, tried.words)
        body = dict(tried.modal.body)
        if self.callback:
            body["callback_id"] = self.callback.format(**(ids or known))
        return body


SHORTCUT = "shortcut"
DAY, LATER = "2026-11-20", "2026-12-01"
FILLED: dict[str, Filled] = {
    "referral": Filled(
        "/referral",
        {"partner": "Acme Legal", "direction": "in", "lead": "Contoso", "value": "5k", "outcome": "met"},
    ),
    "event": Filled("/event", {"partner": "Acme Legal", "title": "Webinar", "direction": "joint", "occurred_on": DAY}),
    "touch": Filled(
        "/touch",
        {"partner": "Acme Legal", "kind": "meeting", "note": "Lunch", "step": "Send it", "step_due_on": LATER},
    ),
    "trust": Filled("/trust", {"partner": "Acme Legal", "side": "theirs", "level": "4", "note": "They said so"}),
    "partner_add": Filled("/partner add", {"name": "Zenith", "vertical": "law"}),
    "record": Filled(SHORTCUT, {"what": "event", "partner": "Acme Legal"}),
    "check_in": Filled(("check_in", "{acme}"), {}, "check_in:{acme}"),
    "name_partners": Filled(("name_partners", ""), {"names": "Zenith\nYarrow", "last_spoke_on": DAY}),
    "partner_edit": Filled(("edit_partner", "{acme}:who"), {"name": "Acme & Co"}, "partner_edit:{acme}:who"),
    "won": Filled(("outcome", "{referral}:won"), {"value": "£5,000"}, "won:{referral}"),
    "edit_entry": Filled(("edit_entry", "{referral}"), {"title": "Another lead", "value": "£5,000", "count": "2"}),
    "edit_rating": Filled(("edit_rating", "{rating}"), {"level": "2"}),
    "edit_promise": Filled(("edit_promise", "{promise}"), {"what": "Send it all", "due_on": LATER}),
    "settings": Filled(("change_settings", ""), {"cadence_days": "20", "stewards": [ADA, STEVE]}),
    "cost": Filled("/partner cost", {"partner": "Acme Legal", "cost": "2h", "what": "Lunch", "spent_on": DAY}),
    "terms": Filled(
        "/partner what-if terms Acme Legal",
        {"terms_hours": "40", "terms_rate_minor": "80", "terms_fee_minor": "500", "terms_worth_minor": "£20k"},
        "terms:{acme}",
    ),
    "what_if": Filled("/partner what-if", {"partner": "Acme Legal", "band": "strong", "by": LATER}),
    "person_add": Filled(("add_person", "{acme}"), {"name": "Zoe", "address": "zoe@x.example"}, "person_add:{acme}"),
    "person_edit": Filled(("change_person", "{jane}:edit"), {"role": "CEO"}, "person_edit:{jane}"),
    "link_channel": Filled("/partner link Acme Legal", {"channel": ROOM}, "link_channel:{acme}"),
    "review_hold": Filled(
        ("hold_review", "{acme}"),
        {"benefits": "Leads", "openness": "4", "step": "Call", "step_due_on": LATER, "next_on": LATER},
        "review_hold:{acme}",
    ),
    "matter_note": Filled(("note_issue", "{acme}"), {"what": "Late again"}, "matter_note:issue:{acme}"),
    "issue_resolve": Filled(("issue_resolved", "{issue}"), {"how": "They pay now"}, "issue_resolve:{issue}"),
    "integration": Filled(("make_integration", ""), {"name": "CRM 2"}),
    "webhook": Filled(("make_webhook", ""), {"address": "https://hooks.example.com/tend"}),
    "meetings": Filled(("count_meetings", ""), {"address": "https://calendar.example.com/a.ics"}),
    "ask_view": Filled("/partner ask Acme Legal", {"contact": "Jane Doe"}, "ask_view:{acme}"),
    "vertical_name": Filled(("name_vertical", ""), {"name": "vets"}),
    "vertical_cadence": Filled(
        ("vertical_cadence", "{vertical}"), {"cadence_days": "9"}, "vertical_cadence:{vertical}"
    ),
    "partner_cadence": Filled(("speak_less", "{acme}"), {"cadence_days": "90"}, "partner_cadence:{acme}"),
    "prospect_add": Filled(("add_prospect", "suppliers"), {"name": "Zenith", "stakeholder": "suppliers"}),
    "plan_step": Filled(("plan_step", "{acme}"), {"what": "Lunch", "due_on": LATER}, "plan_step:{acme}"),
    "import_file": Filled("/tend import", {"file": [{"id": "F1", "name": "a.csv", "size": 9}]}),
    "import_columns": Filled(
        ("import_columns", "{staged}"),
        {"column_partner": "Partner", "column_level": "Trust", "column_rated_on": "Day"},
        "import_columns:{staged}",
    ),
    "import_answers": Filled(("import_answers", "{asked}"), {}, "import_answers:{asked}"),
    "risk_plan": Filled(("risk_plan", "{acme}"), {"risk_plan": "Find two more"}, "risk_plan:{acme}"),
}
