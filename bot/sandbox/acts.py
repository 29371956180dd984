"""What a person does in Slack, and what they then see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox import forms, payloads
from bot.sandbox.answers import show_command_answer, take_submission_answer
from bot.sandbox.link import Answer, Delivery, Kind, Link
from bot.sandbox.pick import STATE_KEYS, find_element
from bot.sandbox.seen import Seen, offered
from bot.sandbox.values import Json, Message, Person, StandInError, View
from bot.sandbox.views import close_top
from bot.sandbox.world import World

TROUBLE = "We had some trouble connecting. Try again?"


class Acts:
    """The acts. Whoever mixes it in has a `world`, a `link` and a `base_url`."""

    world: World
    link: Link
    should_escape: bool = True

    @property
    def base_url(self) -> str:
        """Where response urls begin."""
        raise NotImplementedError

    # -- acts

    def command(self, user: str, name: str, text: str = "", channel: str | None = None) -> Seen:
        """Type a slash command, in a channel or (without one) in the DM with the bot."""
        world = self.world
        person = self._person(user)
        place = world.open_dm(user) if channel is None else world.channel(channel)
        typed = payloads.escaped(world, text) if self.should_escape else text
        url = self._response_url(world.new_response_url(user, place.id))
        mark, answer = self._send("slash_commands", payloads.command(world, person, place, name, typed, url))
        problem = show_command_answer(world, user, place.id, answer.body) if answer.error is None else None
        seen = self._seen(user, mark, answer)
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
    ) -> Seen:
        """Press a button, or choose `value` in a select, picker, overflow menu, radio or checkboxes.

        The element is named by `action_id`, its label `text`, its `block`'s id, or several of these; among equals by
        `index`. `values` are typed into the form first (a modal with an element that acts at once).
        """
        person = self._person(user)
        where = self._current(user, where)
        place = where.id if isinstance(where, View) else f"{where.ts}/{user}"
        self._type(user, where, place, values or {})
        in_block, element = find_element(where, action_id, text, index, block)
        action = self._action(in_block, element, value, user, where)
        if forms.holds_state(element):
            state = {"type": element["type"], **{k: v for k, v in action.items() if k in STATE_KEYS}}
            with self.world.lock:
                self.world.typed[place, in_block["block_id"], element["action_id"]] = state
        if isinstance(where, View):
            payload = payloads.on_view(self.world, person, where, action)
        else:
            url = self._response_url(self.world.new_response_url(user, where.channel, where))
            payload = payloads.on_message(self.world, person, where, action, url)
        self.world.note("pressed", where)
        mark, answer = self._send("interactive", payload)
        return self._seen(user, mark, answer, notice=TROUBLE if answer.error else "")

    def submit(self, user: str, view: View, values: Mapping[str, Any] | None = None) -> Seen:
        """Fill the form in (fields by block id or action id) and press its submit button.

        Fields that are not given keep what was typed before or their first value. What Slack's client refuses is not
        sent: `status` None and `errors` by block id.
        """
        world, person = self.world, self._person(user)
        view = self._top(user, view)
        if view.body.get("submit") is None and any(block["type"] == "input" for block in view.blocks):
            raise StandInError("this view has no submit button")
        self._type(user, view, view.id, values or {})
        refused = forms.refusals(view.blocks, payloads.typed_in(world, view.id))
        if refused:
            return Seen(errors=refused, view=view)
        payload = payloads.interaction(
            world, person, "view_submission",
            trigger_id=world.new_trigger(user, view=view.id),
            view=payloads.view_body(world, view),
            response_urls=[],
        )  # fmt: skip
        mark, answer = self._send("interactive", payload)
        if answer.error is not None:
            return self._seen(user, mark, answer, notice=TROUBLE)
        problem, errors = take_submission_answer(world, user, view, answer.body)
        seen = self._seen(user, mark, answer, notice=TROUBLE if problem else "")
        return replace(seen, error=problem or None, errors=errors or None)

    def close(self, user: str, view: View, *, everything: bool = False) -> Seen:
        """Close a modal; the bot hears of it when the view asked for that. `everything`: the whole stack."""
        world, person = self.world, self._person(user)
        view = self._top(user, view)
        everything = everything or bool(view.body.get("clear_on_close"))
        body = payloads.view_body(world, view)
        mark = len(world.journal)
        closed = close_top(world, user, everything=everything)
        answer = Answer(None, None, 0.0)
        for gone in closed if view.body["notify_on_close"] else []:
            body = body if gone.id == view.id else payloads.view_body(world, gone)
            _, answer = self._send(
                "interactive",
                payloads.interaction(world, person, "view_closed", view=body, is_cleared=everything),
            )
        return self._seen(user, mark, answer)

    def suggest(self, user: str, where: View | Message, action_id: str, typed: str = "") -> Seen:
        """Type into an external select; `options` or `option_groups` are what it then offers."""
        person = self._person(user)
        where = self._current(user, where)
        block, element = find_element(where, action_id)
        asked = {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
        if isinstance(where, View):
            more: Json = {
                "view": payloads.view_body(self.world, where),
                "container": {"type": "view", "view_id": where.id},
            }
        else:
            channel = payloads.channel_of(self.world.channel(where.channel))
            more = {"message": payloads.message_body(self.world, where), "channel": channel}
            more["container"] = {"type": "message", "message_ts": where.ts, "channel_id": where.channel}
        payload = payloads.interaction(self.world, person, "block_suggestion", **asked, **more)
        mark, answer = self._send("interactive", payload)
        seen = self._seen(user, mark, answer)
        if answer.error is not None or not isinstance(answer.body, dict):
            return replace(seen, error=answer.error or "no_options")
        return offered(seen, answer.body)

    def open_home(self, user: str) -> Seen:
        """Look at the App Home; `view` is what stands there then."""
        self._person(user)
        dm = self.world.open_dm(user)
        inner: Json = {"type": "app_home_opened", "user": user, "channel": dm.id, "tab": "home"}
        with self.world.lock:
            home = self.world.homes.get(user)
        if home is not None:
            inner["view"] = payloads.view_body(self.world, home)
        seen = self.event(inner, user=user)
        return replace(seen, view=self.world.homes.get(user))

    def shortcut(self, user: str, callback_id: str) -> Seen:
        """Use a global shortcut."""
        person = self._person(user)
        payload = payloads.interaction(
            self.world, person, "shortcut", callback_id=callback_id, action_ts=self.world.next_ts(),
            trigger_id=self.world.new_trigger(user),
        )  # fmt: skip
        mark, answer = self._send("interactive", payload)
        return self._seen(user, mark, answer, notice=TROUBLE if answer.error else "")

    def message_shortcut(self, user: str, callback_id: str, message: Message) -> Seen:
        """Use a shortcut from a message's menu."""
        world, person = self.world, self._person(user)
        payload = payloads.interaction(
            world, person, "message_action", callback_id=callback_id, action_ts=world.next_ts(),
            trigger_id=world.new_trigger(user, message.channel),
            response_url=self._response_url(world.new_response_url(user, message.channel, message)),
            message_ts=message.ts, message=payloads.message_body(world, message),
            channel=payloads.channel_of(world.channel(message.channel)),
        )  # fmt: skip
        mark, answer = self._send("interactive", payload)
        return self._seen(user, mark, answer, notice=TROUBLE if answer.error else "")

    def say(self, user: str, channel: str, text: str) -> Message:
        """Write a plain message; the bot hears nothing of it (see `mention` and `message_event`)."""
        self._person(user)
        return self.world.post(channel, text, user=user)

    def mention(self, user: str, channel: str, text: str) -> Seen:
        """Write a message that mentions the bot; the mention is put in front when the text has none."""
        called = f"<@{self.world.bot_user}>"
        message = self.say(user, channel, text if called in text else f"{called} {text}")
        return self.event(self._message_event("app_mention", message), user=user)

    def direct_message(self, user: str, text: str) -> Seen:
        """Write to the bot in the DM (event message, channel_type im)."""
        message = self.say(user, self.world.open_dm(user).id, text)
        return self.event({**self._message_event("message", message), "channel_type": "im"}, user=user)

    def event(
        self,
        inner: Json,
        *,
        event_id: str | None = None,
        retry_num: int | None = None,
        retry_reason: str | None = None,
        user: str | None = None,
    ) -> Seen:
        """Send any event. The same `event_id` with a `retry_num` is what Slack sends when it had no answer."""
        world = self.world
        inner = {"event_ts": world.next_ts(), **inner}
        channel = world.channels.get(str(inner.get("channel")))
        body = payloads.event(world, inner, event_id or world.fresh_id("Ev"), bool(channel and channel.is_ext_shared))
        mark, answer = self._send("events_api", body, retry_num, retry_reason)
        return self._seen(user or str(inner.get("user", "")), mark, answer)

    # -- help

    def _message_event(self, kind: str, message: Message) -> Json:
        person = self.world.person(message.user)
        body: Json = {"type": kind, "user": message.user, "text": message.text, "ts": message.ts}
        return body | {"channel": message.channel, "team": person.team_id, "user_team": person.team_id}

    def _person(self, user: str) -> Person:
        if user not in self.world.people:
            raise StandInError(f"there is no person {user!r} in this workspace; add_person first")
        return self.world.people[user]

    def _response_url(self, key: str) -> str:
        return f"{self.base_url}response/{key}"

    def _send(
        self, kind: Kind, payload: Json, retry_num: int | None = None, retry_reason: str | None = None
    ) -> tuple[int, Answer]:
        mark = len(self.world.journal)
        return mark, self.link.send(Delivery(kind, payload, retry_num, retry_reason))

    def _seen(self, user: str, mark: int, answer: Answer, notice: str = "") -> Seen:
        with self.world.lock:
            news = self.world.journal[mark:]

        def of(kind: str) -> tuple[Message, ...]:
            return tuple(c.item for c in news if c.kind == kind and isinstance(c.item, Message))

        views = [
            change
            for change in news
            if change.kind in ("view", "home", "closed") and isinstance(change.item, View) and change.item.user == user
        ]
        shown = [c.item for c in views if c.kind != "closed" and isinstance(c.item, View)]
        return Seen(
            status=answer.status,
            body=answer.body,
            seconds=answer.seconds,
            error=answer.error,
            notice=notice,
            ephemerals=tuple(m for m in of("ephemeral") if m.only_for == user),
            messages=of("posted"),
            updated=of("updated"),
            deleted=of("deleted"),
            view=shown[-1] if shown else None,
            closed=any(c.kind == "closed" for c in views),
        )

    def _current(self, user: str, where: Message | View) -> Message | View:
        """What stands there now: a test may hold an older version. Only what this person can see counts."""
        with self.world.lock:
            if isinstance(where, Message):
                found = self.world.find(where.channel, where.ts)
                if found is None or found.only_for not in (None, user):
                    raise StandInError("this message is not there (any more) for this person")
                return found
            if where.kind == "home":
                home = self.world.homes.get(user)
                if home is None or home.id != where.id:
                    raise StandInError("this is not this person's home")
                return home
            return self._top(user, where)

    def _top(self, user: str, view: View) -> View:
        with self.world.lock:
            stack = self.world.stacks.get(user) or []
            if not stack or stack[-1].id != view.id:
                raise StandInError("this form is not (any more) the one on the person's screen")
            return stack[-1]

    def _type(self, user: str, where: View | Message, place: str, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            block, element = forms.field(where.blocks, name)
            if element["type"].endswith("external_select"):
                value = self._picked(user, where, element, value)
            state = forms.chosen(element, value)
            with self.world.lock:
                self.world.typed[place, block["block_id"], element["action_id"]] = state

    def _picked(self, user: str, where: View | Message, element: Json, value: Any) -> Any:
        """For an external select: ask the bot for what fits, and take the option of that name."""
        if isinstance(value, list):
            return [self._picked(user, where, element, one) for one in value]
        if value is None or isinstance(value, dict):
            return value
        seen = self.suggest(user, where, element["action_id"], str(value))
        offered = {"options": list(seen.options), "option_groups": list(seen.option_groups)}
        return forms.chosen({**element, **offered}, [value] if "multi" in element["type"] else value)[
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
            action |= forms.action_part(element, value)
            action |= {key: part for key, part in element.items() if key.startswith("initial_")}
        action["action_ts"] = self.world.next_ts()
        return action
