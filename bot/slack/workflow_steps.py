"""The steps that Tend adds to Slack's Workflow Builder, as the manifest declares them.

Who runs a workflow comes from Slack (`user_context`): nobody who builds a workflow can choose it.
"""

from typing import Any

RECORD_REFERRAL = "record_referral"
LOG_TOUCH = "log_touch"
WHO_NEEDS_US = "who_needs_us"

EXECUTED = "function_executed"
PERSON = "person"

Parameters = dict[str, dict[str, Any]]


def _parameter(kind: str, title: str, description: str, *, needed: bool = False, **more: Any) -> dict[str, Any]:
    return {"type": kind, "title": title, "description": description, "is_required": needed, **more}


def _choice(title: str, description: str, choices: dict[str, str]) -> dict[str, Any]:
    labels = [{"value": value, "title": label} for value, label in choices.items()]
    return _parameter("string", title, description, enum=list(choices), choices=labels)


DIRECTIONS = {"from": "They sent it to us", "to": "We sent it to them"}
TOUCHES = {
    "meeting": "Meeting",
    "call": "Call",
    "mail": "Mail",
    "collaboration": "Collaboration",
    "cross_promotion": "Cross-promotion",
}
_PERSON = _parameter("slack#/types/user_context", "Person", "Who ran the workflow. Slack fills it in.", needed=True)
_PARTNER = _parameter("string", "Partner", "A name or alias that Tend knows", needed=True)
_DAY = _parameter("slack#/types/date", "Day", "The day it happened. Leave empty for today.")
_NAMED: Parameters = {"partner": _parameter("string", "Partner", "The partner's name in Tend", needed=True)}

STEPS: dict[str, dict[str, Any]] = {
    RECORD_REFERRAL: {
        "title": "Record a referral",
        "description": "Record a lead that a partner sent us, or that we sent them",
        "input_parameters": {
            PERSON: _PERSON,
            "partner": _PARTNER,
            "lead": _parameter("string", "Lead", "Whom it is about, for example a company", needed=True),
            "direction": _choice("Direction", "Leave empty for a lead that they sent to us", DIRECTIONS),
            "value": _parameter("string", "Worth", "An amount, for example 5,000"),
            "day": _DAY,
        },
        "output_parameters": _NAMED,
    },
    LOG_TOUCH: {
        "title": "Log a touch",
        "description": "Log a call, a meeting or another activity with a partner",
        "input_parameters": {
            PERSON: _PERSON,
            "partner": _PARTNER,
            "note": _parameter("string", "Note", "What it was about", needed=True),
            "kind": _choice("Kind", "Leave empty for a meeting", TOUCHES),
            "day": _DAY,
        },
        "output_parameters": _NAMED,
    },
    WHO_NEEDS_US: {
        "title": "Who needs us",
        "description": "Send whoever runs the workflow the list of their partners who need them today, in Tend's DM",
        "input_parameters": {PERSON: _PERSON},
        "output_parameters": {
            "partners": _parameter("integer", "Partners", "How many partners need them", needed=True)
        },
    },
}


def functions() -> dict[str, Any]:
    """Build the manifest's `functions`. Slack wants each parameter to say its own name, too."""
    return {
        name: {
            key: _named(value) if key.endswith("_parameters") else value  # the rest is text
            for key, value in step.items()
        }
        for name, step in STEPS.items()
    }


def _named(parameters: Parameters) -> Parameters:
    return {name: {**parameter, "name": name} for name, parameter in parameters.items()}


def person_of(event: dict[str, Any]) -> str | None:
    """Return who ran the workflow of a `function_executed` event, as Slack says. None for any other event."""
    person = (event.get("inputs") or {}).get(PERSON) if event.get("type") == EXECUTED else None
    return person.get("id") if isinstance(person, dict) and isinstance(person.get("id"), str) else None
