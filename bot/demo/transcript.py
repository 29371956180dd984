"""Render a scripted tour as text: what each person sees, with names instead of ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.fake_slack import Message, UserResult, View, WorkspaceState
from bot.fake_slack.pages.mrkdwn import emoji
from bot.fake_slack.state.blocks import elements, visible_text
from bot.fake_slack.state.models import Channel, Json, VisibleChange
from bot.fake_slack.user.find_element import element_label

_LINK = re.compile(r"<https?://[^|>]+\|([^>]+)>")


@dataclass(frozen=True, slots=True)
class Transcript:
    """Render a workspace's visible changes."""

    world: WorkspaceState

    def shown(self, news: Sequence[VisibleChange]) -> list[str]:
        """Render each changed item once, in its current state."""
        out: dict[str, str] = {}
        for change in news:
            item = change.item
            if isinstance(item, View):
                if change.kind in ("view", "home"):
                    title = f"“{item.title}”" if change.kind == "view" else "the Home"
                    out[item.id] = self._indented(f"{self._name(item.user)} sees {title}:", _inputs(item))
                elif change.kind == "closed":
                    out[item.id] = f"  {self._name(item.user)}'s form closes"
            elif change.kind in ("posted", "ephemeral", "updated") and item.by_bot:
                audience = f" only {self._name(item.only_for)} sees" if item.only_for else ""
                head = f"in {self.where(item.channel)}{audience}{', changed' if change.kind == 'updated' else ''}:"
                out[item.ts] = self._indented(head, _buttons(item))
            elif change.kind == "deleted":
                out[item.ts] = f"  in {self.where(item.channel)} a message is gone"
        return list(out.values())

    def answered(self, seen: UserResult, form: View | None) -> list[str]:
        """Render Slack's notice and the field errors."""
        names = {block["block_id"]: block["label"]["text"] for block in form.blocks if "label" in block} if form else {}
        notices = [f"  Slack says: {seen.notice}"] if seen.notice else []
        return notices + [f"  at {names.get(key, key)}: {problem}" for key, problem in (seen.errors or {}).items()]

    def where(self, channel: str) -> str:
        """Return a channel's or DM's name."""
        place: Channel = self.world.channels[channel]
        return f"DM of {self._name(place.user)}" if place.is_im else f"#{place.name}"

    def _indented(self, head: str, words: str) -> str:
        return "\n".join([f"  {head}", *(f"    {self._readable(line)}" for line in words.splitlines() if line)])

    def _readable(self, line: str) -> str:
        """Replace ids with names."""
        line = _LINK.sub(r"\1", line)  # URLs differ on each run
        line = re.sub(r"<@(\w+)>", lambda hit: f"@{self._name(hit[1])}", line)
        line = re.sub(r"<#(\w+)>", lambda hit: self.where(hit[1]) if hit[1] in self.world.channels else hit[0], line)
        return emoji(line).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def _name(self, user: str | None) -> str:
        person = self.world.people.get(user or "")
        return person.real_name if person else str(user)


def _buttons(message: Message) -> str:
    names = [f"[{element_label(element)}]" for _, element in elements(message.blocks) if element_label(element)]
    words = visible_text(_without_elements(message.blocks)) or message.text
    return "\n".join([words, *([" ".join(names)] if names else [])])


def _inputs(view: View) -> str:
    """Render a form's fields with their values, or the Home's text and buttons."""
    if view.kind == "home":
        names = [f"[{element_label(element)}]" for _, element in elements(view.blocks) if element_label(element)]
        return "\n".join([visible_text(_without_elements(view.blocks)), " ".join(names)])
    submit = view.body.get("submit")
    return "\n".join([view.visible_text, *([f"[{submit['text']}]"] if submit else [])])


def _without_elements(blocks: Sequence[Json]) -> list[Json]:
    remaining = [block for block in blocks if block["type"] != "actions"]
    return [{key: part for key, part in block.items() if key != "accessory"} for block in remaining]
