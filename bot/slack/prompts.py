"""What Slack suggests to write in the Messages tab. Each prompt is sent as if the person had typed it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.process.log_config import safe_repr
from bot.slack.blocks import clip

log = logging.getLogger(__name__)

MAX_PROMPTS = 4
MAX_PROMPT_TITLE = 40
TITLE = "Ask or tell Tend"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the button says, and what it writes."""

    title: str
    message: str

    def payload(self) -> dict[str, str]:
        return {"title": self.title, "message": self.message}


NEEDS_ME = Prompt("Who needs me?", "Who needs me?")
HELP = Prompt("What can you do?", "help")
ANYBODY = (NEEDS_ME, Prompt("Log a call", "log a call"), HELP)


def prompts_for(partner: str | None) -> tuple[Prompt, ...]:
    """Return the prompts of a person. One is about `partner`, the one of theirs that needs them most."""
    if partner is None:
        return ANYBODY
    about = Prompt(f"How is {clip(partner, MAX_PROMPT_TITLE)} doing?", f"How is {partner} doing?")
    return (NEEDS_ME, about, *ANYBODY[1:])


def suggest(client: WebClient, channel: str, prompts: Sequence[Prompt]) -> None:
    """Show prompts in somebody's DM. They are an extra, of which Slack knows nothing unless the
    manifest has them: a refusal is only logged."""
    try:
        # Of an app with `agent_view`, Slack drops a call that names a thread.
        client.api_call(
            "assistant.threads.setSuggestedPrompts",
            json={
                "channel_id": channel,
                "title": TITLE,
                "prompts": [prompt.payload() for prompt in prompts[:MAX_PROMPTS]],
            },
        )
    except (SlackClientError, OSError, HTTPException) as error:
        log.debug("no prompts are suggested: %s", safe_repr(error))
