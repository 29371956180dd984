"""Show the quarterly review of all partners on one screen: counts first, few names, and where to read on."""

from collections.abc import Sequence
from fractions import Fraction

from bot.actions.portfolio.quarterly_review import (
    CountSection,
    GrowthSection,
    PortfolioReview,
    QualitySection,
    RegularSection,
    RiskSection,
)
from bot.formatting import BAND_SIGNS, count, format_day, format_money, format_number, format_percent, list_first
from bot.grammar import PartnerVerb
from bot.scores.models import ScoredPartner
from bot.slack import action_ids
from bot.slack.action_ids import OPEN_FORM
from bot.slack.blocks import Block, Message, actions, button, context, escape_clip, header, section
from scoring.rounding import round_half_up
from scoring.rvi import Score
from scoring.vocabulary import Band

MAX_ITEMS = 3
MORE_BUTTONS = {
    PartnerVerb.CANDIDATES: "Candidates",
    PartnerVerb.CONCENTRATION: "Concentration",
    PartnerVerb.SERVED: "Time against value",
    PartnerVerb.VERTICALS: "Verticals",
    PartnerVerb.STAKEHOLDERS: "Stakeholders",
    PartnerVerb.PRUNE: "Paper partners",
}


def review_message(found: PortfolioReview, currency: str) -> Message:
    """Build the five sections."""
    title = f"Quarterly review, {format_day(found.since)} to {format_day(found.day)}"
    if not found.counts.active:
        text = "There is no active partner to review. Add one with `/partner add`."
        return Message(text, [section(text)])
    blocks: list[Block] = [
        header(title),
        _heading_block("How many?", _count_lines(found.counts)),
        _heading_block("How strong?", _quality_lines(found.quality, found.counts.active)),
        _heading_block("What is growing?", _growth_lines(found.growth, found.counts.active)),
        _heading_block("What is at risk?", _risk_lines(found.risk, currency)),
        _heading_block("Regular partners", _regular_lines(found.regular)),
    ]
    buttons = [button(text, f"{OPEN_FORM}:{verb}", f"/partner {verb}") for verb, text in MORE_BUTTONS.items()]
    due = button(f"Reviews due: {found.due}", f"{OPEN_FORM}:review", "/partner review", style="primary")
    picture = button("Picture", action_ids.DRAW_PORTFOLIO)
    proof = button("Do the alarms come true?", action_ids.SHOW_PROOF)
    blocks.append(actions(due, picture, proof, *buttons))
    blocks.append(
        context("RVI: Relationship Value Index. Trusted: trust of 4 or more and at least your median activity.")
    )
    return Message(f"{title}: {_producing(found.counts)}", blocks)


def _heading_block(title: str, told: Sequence[str]) -> Block:
    return section("\n".join([f"*{title}*", *(f"• {text}" for text in told if text)]))


def _producing(many: CountSection) -> str:
    moved = many.producing - many.producing_before
    change = f" ({'▲' if moved > 0 else '▼'} {abs(moved)})" if moved else ""
    return f"{many.producing} of {count(many.active, 'active partner')} producing{change}"


def _count_lines(many: CountSection) -> list[str]:
    ended = [f"{escape_clip(name, 80)}{f' ({escape_clip(why, 100)})' if why else ''}" for name, why in many.ended]
    others = [
        count(many.prospects, "prospect") if many.prospects else "",
        f"{many.paused} paused" if many.paused else "",
    ]
    besides = " and ".join(one for one in others if one)
    return [
        _producing(many),
        _counted_names("new", [escape_clip(name, 80) for name in many.new]) or "none new",
        _counted_names("ended", ended) or "none ended",
        f"also {besides}" if besides else "",
    ]


def _quality_lines(solid: QualitySection, active: int) -> list[str]:
    bands = " · ".join(
        f"{BAND_SIGNS[band]} {solid.bands[band]} {band}" for band in reversed(Band) if solid.bands.get(band)
    )
    unrated = f"{solid.unrated} without an RVI: rate trust first" if solid.unrated else ""
    rvi = "no median RVI yet" if solid.rvi is None else f"median RVI {round_half_up(solid.rvi)}"
    if solid.rvi is not None and solid.rvi_before is not None:
        rvi += f" (was {round_half_up(solid.rvi_before)})"
    trust = "" if solid.trust is None else f", median trust {format_number(solid.trust)} of 5"
    without = [escape_clip(name, 80) for name in solid.without_benefit]
    return [
        " · ".join(text for text in (bands, unrated) if text),
        rvi + trust,
        f"{solid.paper} of {active} on paper only" if solid.paper else "",
        _counted_names(f"of {active} with no benefit for our customers on record", without),
    ]


def _growth_lines(growing: GrowthSection, active: int) -> list[str]:
    trusted = (
        f"{count(growing.trusted, 'trusted partnership')}, {format_percent(Fraction(growing.trusted, active))} of all"
    )
    could = [f"{_name(one)} ({_step(one)})" for one in growing.candidates]
    stuck = len(growing.stuck)
    return [
        trusted,
        _counted_names("could become one", could) or "no other partner has trust of 4 or more",
        f":warning: {stuck} of these {'has' if stuck == 1 else 'have'} no next step" if stuck else "",
        _counted_names("grew", [_change_text(*pair) for pair in growing.grew]) or "none grew",
    ]


def _risk_lines(risk: RiskSection, currency: str) -> list[str]:
    told = []
    if (concentration := risk.concentration) is not None:
        plan = concentration.partner.risk_plan
        sign = ":warning: " if concentration.alarming else ""
        won = format_money(concentration.value_won, currency)
        name, share = escape_clip(concentration.partner.name, 80), format_percent(concentration.top)
        told.append(
            f"{sign}{name} brings {share} of the value won ({won}), "
            f"the top three {format_percent(concentration.top_three)}"
        )
        if plan:
            told.append(f"if we lost them: {escape_clip(plan, 200)}")
        elif concentration.alarming:
            told.append(":warning: there is no plan for losing them: add one with `/partner edit`")
    told += [
        _counted_names("weakened", [_change_text(*pair) for pair in risk.weakened]),
        _counted_names("with lots of activity but low trust", [_name(one) for one in risk.distrusted]),
        _counted_names("without an owner", [escape_clip(name, 80) for name in risk.unowned]),
    ]
    return [text for text in told if text] or [
        "nothing to flag: no value won yet, nobody weakened, everyone has an owner"
    ]


def _regular_lines(regular: RegularSection) -> list[str]:
    quiet = [f"{_name(one)} {count(one.now.quiet_days, 'day')}" for one in regular.quiet]
    return [
        f"{count(regular.number, 'regular partner')}",
        _counted_names("quiet", quiet) or "none is quiet",
        _counted_names("get more of our time than they bring in", [_name(one) for one in regular.over]),
        _counted_names("bring in more than the time they get", [_name(one) for one in regular.under]),
    ]


def _counted_names(what: str, names: Sequence[str]) -> str:
    """Return `4 new: Acme, Beta, Gamma and 1 more`, empty for none."""
    if not names:
        return ""
    return f"{len(names)} {what}: {list_first(names, MAX_ITEMS)}"


def _name(one: ScoredPartner) -> str:
    return escape_clip(one.partner.name, 80)


def _step(one: ScoredPartner) -> str:
    if not one.promises:
        return "no next step"
    first = one.promises[0]
    by = f" by {format_day(first.due_on, one.now.day)}" if first.due_on else ""
    return f"{escape_clip(first.text, 80)}{by}"


def _change_text(one: ScoredPartner, then: Score) -> str:
    return f"{_name(one)} {then.ours.rvi} → {one.now.ours.rvi}"
