"""User actions: commands, clicks, forms and shortcuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.fake_slack.state.manifest import Shortcut
from bot.fake_slack.state.models import FakeSlackError, File, Json, Message, View
from bot.fake_slack.state.views import close_top
from bot.fake_slack.transport.link import BotResponse
from bot.fake_slack.user import form_input, keyboard, payloads
from bot.fake_slack.user.base import CONNECTION_ERROR
from bot.fake_slack.user.find_element import STATE_KEYS, find_element
from bot.fake_slack.user.responses import apply_submission_response, show_command_response
from bot.fake_slack.user.result import UserResult, with_options
from bot.fake_slack.user.workflows import WorkflowActions


class UserActions(WorkflowActions):
    """A mixin of user actions. The subclass has a `world`, a `link` and a `base_url`."""

    should_escape: bool = True

    def command(self, user: str, name: str, text: str = "", channel: str | None = None) -> UserResult:
        """Type a slash command in a channel, by default in the DM with the bot.

        A stranger's command carries the stranger's own team id. Slack offers an app's commands only in workspaces that
        installed it, but this lets a test check that the bot refuses it.
        """
        world = self.world
        person = self._person(user)
        place = world.open_dm(user) if channel is None else world.channel(channel)
        self._writable(place)
        slash_command = self.installed.command(name) if self.installed else None
        if self.installed and slash_command is None:
            return UserResult(error="invalid_command", notice=f"{name} is not a command that this workspace has.")
        escapes = slash_command.should_escape if slash_command else self.should_escape
        typed = keyboard.keyed(person, text)
        typed = keyboard.as_command_text(world, typed) if escapes else typed
        url = self._response_url(world.new_response_url(user, place.id))
        start, answer = self._send("slash_commands", payloads.command(world, person, place, name, typed, url))
        problem = show_command_response(world, user, place.id, answer.body) if answer.error is None else None
        seen = self._seen(user, start, answer)
        if problem or answer.error:
            error = problem or answer.error or ""
            seen = replace(seen, error=error, notice=f'{name} failed with the error "{error}"')
        return seen

    def click(
        self,
        user: str,
        where: Message | View,
        action_id: str | None = None,
        value: Any = None,
        *,
        text: str | None = None,
        index: int | None = None,
        block: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> UserResult:
        """Press a button, or choose `value` in a select, picker, overflow menu, radio or checkboxes.

        `action_id`, the label `text` and the `block` id select the element; `index` chooses among several matches.
        `values` are filled into the form first.
        """
        person = self._person(user)
        where = self._current(user, where)
        if deaf := self._deaf():
            return deaf
        place = where.id if isinstance(where, View) else f"{where.ts}/{user}"
        self._type(user, where, place, values or {})
        in_block, element = find_element(where, action_id, text, index, block)
        action = self._action(in_block, element, value, user, where)
        if form_input.holds_state(element):
            state = {"type": element["type"], **{k: v for k, v in action.items() if k in STATE_KEYS}}
            with self.world.lock:
                self.world.typed[place, in_block["block_id"], element["action_id"]] = state
        if isinstance(where, View):
            payload = payloads.view_action(self.world, person, where, action)
        else:
            url = self._response_url(self.world.new_response_url(user, where.channel, where))
            payload = payloads.message_action(self.world, person, where, action, url)
        self.world.note("pressed", where)
        mark, answer = self._send("interactive", payload)
        return self._seen(user, mark, answer, notice=CONNECTION_ERROR if answer.error else "")

    def submit(self, user: str, view: View, values: Mapping[str, Any] | None = None) -> UserResult:
        """Fill in a modal, with fields by block id or action id, and submit it.

        Other fields keep their input or initial value. If Slack's client would refuse a value, nothing is sent:
        `status` is None and `errors` has the messages by block id.
        """
        world, person = self.world, self._person(user)
        view = self._top(user, view)
        if view.body.get("submit") is None and any(block["type"] == "input" for block in view.blocks):
            raise FakeSlackError("this view has no submit button")
        if deaf := self._deaf():
            return replace(deaf, view=view)
        self._type(user, view, view.id, values or {})
        refused = form_input.client_errors(view.blocks, payloads.typed_values(world, view.id))
        if refused:
            return UserResult(errors=refused, view=view)
        payload = payloads.interaction(
            world, person, "view_submission",
            trigger_id=world.new_trigger(user, view=view.id),
            view=payloads.view_body(world, view),
            response_urls=[],
        )  # fmt: skip
        mark, answer = self._send("interactive", payload)
        if answer.error is not None:
            return self._seen(user, mark, answer, notice=CONNECTION_ERROR)
        problem, errors = apply_submission_response(world, user, view, answer.body)
        seen = self._seen(user, mark, answer, notice=CONNECTION_ERROR if problem else "")
        return replace(seen, error=problem or None, errors=errors or None)

    def upload(self, user: str, name: str, data: bytes) -> Json:
        """Upload a file for a modal's `file_input` and return the file object."""
        world = self.world
        self._person(user)
        id = world.fresh_id("F")
        with world.lock:
            file = world.files[id] = File(id, name, len(data), data=data)
        return file.as_dict(self.base_url)

    def close(self, user: str, view: View, *, everything: bool = False) -> UserResult:
        """Close a modal, or the whole stack. Sends `view_closed` if the view has `notify_on_close`."""
        world, person = self.world, self._person(user)
        view = self._top(user, view)
        everything = everything or bool(view.body.get("clear_on_close"))
        body = payloads.view_body(world, view)
        mark = len(world.journal)
        closed = close_top(world, user, everything=everything)
        answer = BotResponse(None, None, 0.0)
        for closed_view in closed if view.body["notify_on_close"] and not self._deaf() else []:
            body = body if closed_view.id == view.id else payloads.view_body(world, closed_view)
            _, answer = self._send(
                "interactive",
                payloads.interaction(world, person, "view_closed", view=body, is_cleared=everything),
            )
        return self._seen(user, mark, answer)

    def suggest(self, user: str, where: View | Message, action_id: str, typed: str = "") -> UserResult:
        """Type into an external select. The result has the bot's `options` or `option_groups`."""
        person = self._person(user)
        where = self._current(user, where)
        if deaf := self._deaf():
            return deaf
        block, element = find_element(where, action_id)
        query = {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
        if isinstance(where, View):
            context: Json = {
                "view": payloads.view_body(self.world, where),
                "container": {"type": "view", "view_id": where.id},
            }
        else:
            channel = payloads.channel_of(self.world.channel(where.channel))
            context = {"message": payloads.message_body(self.world, where), "channel": channel}
            context["container"] = {"type": "message", "message_ts": where.ts, "channel_id": where.channel}
        payload = payloads.interaction(self.world, person, "block_suggestion", **query, **context)
        mark, answer = self._send("interactive", payload)
        seen = self._seen(user, mark, answer)
        if answer.error is not None or not isinstance(answer.body, dict):
            return replace(seen, error=answer.error or "no_options")
        return with_options(seen, answer.body)

    def shortcut(self, user: str, callback_id: str) -> UserResult:
        """Use a global shortcut, or raise FakeSlackError if the manifest lacks it."""
        person = self._person(user)
        self._known(callback_id, self.installed.shortcuts if self.installed else None)
        if deaf := self._deaf():
            return deaf
        payload = payloads.interaction(
            self.world, person, "shortcut", callback_id=callback_id, action_ts=self.world.next_ts(),
            trigger_id=self.world.new_trigger(user),
        )  # fmt: skip
        mark, answer = self._send("interactive", payload)
        return self._seen(user, mark, answer, notice=CONNECTION_ERROR if answer.error else "")

    def message_shortcut(self, user: str, callback_id: str, message: Message) -> UserResult:
        """Use a message shortcut, or raise FakeSlackError if the manifest lacks it."""
        world, person = self.world, self._person(user)
        self._known(callback_id, self.installed.message_shortcuts if self.installed else None)
        if deaf := self._deaf():
            return deaf
        payload = payloads.interaction(
            world, person, "message_action", callback_id=callback_id, action_ts=world.next_ts(),
            trigger_id=world.new_trigger(user, message.channel),
            response_url=self._response_url(world.new_response_url(user, message.channel, message)),
            message_ts=message.ts, message=payloads.message_body(world, message),
            channel=payloads.channel_of(world.channel(message.channel)),
        )  # fmt: skip
        mark, answer = self._send("interactive", payload)
        return self._seen(user, mark, answer, notice=CONNECTION_ERROR if answer.error else "")

    # -- help

    @staticmethod
    def _known(callback_id: str, shortcuts: tuple[Shortcut, ...] | None) -> None:
        if shortcuts is not None and callback_id not in {shortcut.callback_id for shortcut in shortcuts}:
            names = ", ".join(shortcut.callback_id for shortcut in shortcuts) or "none"
            raise FakeSlackError(f"this app has no shortcut {callback_id!r} there; known shortcuts: {names}")

    def _type(self, user: str, where: View | Message, place: str, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            block, element = form_input.find_field(where.blocks, name)
            if element["type"].endswith("external_select"):
                value = self._picked(user, where, element, value)
            state = form_input.chosen_state(element, value)
            with self.world.lock:
                self.world.typed[place, block["block_id"], element["action_id"]] = state

    def _picked(self, user: str, where: View | Message, element: Json, value: Any) -> Any:
        """Ask the bot for an external select's options and return the matching one."""
        if isinstance(value, list):
            return [self._picked(user, where, element, item) for item in value]
        if value is None or isinstance(value, dict):
            return value
        seen = self.suggest(user, where, element["action_id"], str(value))
        offered = {"options": list(seen.options), "option_groups": list(seen.option_groups)}
        return form_input.chosen_state({**element, **offered}, [value] if "multi" in element["type"] else value)[
            "selected_options" if "multi" in element["type"] else "selected_option"
        ]

    def _action(self, block: Json, element: Json, value: Any, user: str, where: View | Message) -> Json:
        kind = element["type"]
        action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
        if kind == "button":
            action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        else:
            if kind.endswith("external_select"):
                value = self._picked(user, where, element, value)
            action |= form_input.action_part(element, value)
            action |= {key: part for key, part in element.items() if key.startswith("initial_")}
        action["action_ts"] = self.world.next_ts()
        return action
