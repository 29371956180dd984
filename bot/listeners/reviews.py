"""Reviews of one partner and of all, and what stands between: issues and ideas."""

from collections.abc import Mapping

from bot.grammar import PartnerVerb
from bot.listeners.kinds import Press, Submit, Verb

VERBS: Mapping[PartnerVerb, Verb] = {}
BUTTONS: tuple[tuple[str, Press, bool], ...] = ()
FORMS: Mapping[str, Submit] = {}
