"""The quarterly review of all partners, on one screen: counts first, few names, and where to read on."""

from collections.abc import Collection, Sequence
from fractions import Fraction

from bot.actions.portfolio.quarterly_review import Growing, Many, Portfolio, Regular, Risk, Solid
from bot.formatting import BAND_SIGNS, count, day_words, first_few, money, percent, plain_number
from bot.grammar import PartnerVerb
from bot.messages.home import OPEN_FORM
from bot.messages.portfolio.charts import DRAW
from bot.scores.query import Scored
from bot.slack.blocks import Block, Message, actions, brief, button, context, header, section
from scoring.rounding import two_places
from scoring.rvi import Score
from scoring.vocabulary import Band

MOST = 3
READ_ON = {
    PartnerVerb.CANDIDATES: "Candidates",
    PartnerVerb.CONCENTRATION: "Concentration",
    PartnerVerb.SERVED: "Over- and under-served",
    PartnerVerb.VERTICALS: "Verticals",
    PartnerVerb.STAKEHOLDERS: "Stakeholders",
    PartnerVerb.PRUNE: "Logos to prune",
}


def portfolio(found: Portfolio, currency: str, views: Collection[PartnerVerb]) -> Message:
    """The five headings. `views` are the verbs of `/partner` that say more of one."""
    title = f"Portfolio review, {day_words(found.since)} to {day_words(found.day)}"
    if not found.many.active:
        text = "There is no active partner to review. Add one with `/partner add`."
        return Message(text, [section(text)])
    blocks: list[Block] = [
        header(title),
        _heading("How many?", _many(found.many)),
        _heading("How solid?", _solid(found.solid, found.many.active)),
        _heading("What is done to grow them?", _growing(found.growing, found.many.active)),
        _heading("What is at risk?", _risk(found.risk, currency)),
        _heading("And the regular ones?", _regular(found.regular)),
    ]
    buttons = [
        button(text, f"{OPEN_FORM}:{verb}", f"/partner {verb}") for verb, text in READ_ON.items() if verb in views
    ]
    due = button(f"Reviews due: {found.due}", f"{OPEN_FORM}:review", "/partner review", style="primary")
    picture = button("Picture", DRAW)
    blocks.append(actions(due, picture, *buttons))
    blocks.append(context("Trusted: trust 4 or more and at least the usual activity, which is the median of your own."))
    return Message(f"{title}: {_producing(found.many)}", blocks)


def _heading(title: str, told: Sequence[str]) -> Block:
    return section("\n".join([f"*{title}*", *(f"• {text}" for text in told if text)]))


def _producing(many: Many) -> str:
    moved = many.producing - many.producing_before
    change = f" ({'▲' if moved > 0 else '▼'} {abs(moved)})" if moved else ""
    return f"{many.producing} of {count(many.active, 'active partner')} producing{change}"


def _many(many: Many) -> list[str]:
    ended = [f"{brief(name, 80)}{f' ({brief(why, 100)})' if why else ''}" for name, why in many.ended]
    others = [
        count(many.prospects, "prospect") if many.prospects else "",
        f"{many.paused} paused" if many.paused else "",
    ]
    besides = " and ".join(one for one in others if one)
    return [
        _producing(many),
        _some("new", [brief(name, 80) for name in many.new]) or "none is new",
        _some("ended", ended) or "none was ended",
        f"besides {besides}" if besides else "",
    ]


def _solid(solid: Solid, active: int) -> list[str]:
    bands = " · ".join(
        f"{BAND_SIGNS[band]} {solid.bands[band]} {band}" for band in reversed(Band) if solid.bands.get(band)
    )
    unrated = f"{solid.unrated} without an RVI: rate trust first" if solid.unrated else ""
    rvi = "no median RVI yet" if solid.rvi is None else f"median RVI {two_places(solid.rvi)}"
    if solid.rvi is not None and solid.rvi_before is not None:
        rvi += f" (it was {two_places(solid.rvi_before)})"
    trust = "" if solid.trust is None else f", median trust {plain_number(solid.trust)} of 5"
    without = [brief(name, 80) for name in solid.without_benefit]
    return [
        " · ".join(text for text in (bands, unrated) if text),
        rvi + trust,
        f"{solid.paper} of {active} on paper only" if solid.paper else "",
        _some(f"of {active} without a benefit for our customers in the record", without),
    ]


def _growing(growing: Growing, active: int) -> list[str]:
    trusted = f"{count(growing.trusted, 'trusted partnership')}, {percent(Fraction(growing.trusted, active))} of all"
    could = [f"{_name(one)} ({_step(one)})" for one in growing.candidates]
    stuck = len(growing.stuck)
    return [
        trusted,
        _some("could become one", could) or "nobody else is trusted 4 or more",
        f":warning: {stuck} of these {'has' if stuck == 1 else 'have'} no next step" if stuck else "",
        _some("grew", [_moved(*pair) for pair in growing.grew]) or "none grew",
    ]


def _risk(risk: Risk, currency: str) -> list[str]:
    told = []
    if risk.top is not None and risk.share is not None and risk.share_three is not None:
        plan = risk.top.partner.risk_plan
        sign = ":warning: " if risk.alarming else ""
        won = money(risk.top.now.facts.value_won, currency)
        told.append(
            f"{sign}{_name(risk.top)} brings {percent(risk.share)} of the value won ({won}), "
            f"the top three {percent(risk.share_three)}"
        )
        if plan:
            told.append(f"if we lost them: {brief(plan, 200)}")
        elif risk.alarming:
            told.append(":warning: no plan says what we would do without them: `/partner edit`")
    told += [
        _some("weakened", [_moved(*pair) for pair in risk.weakened]),
        _some("much done at low trust", [_name(one) for one in risk.distrusted]),
        _some("that nobody tends", [brief(name, 80) for name in risk.unowned]),
    ]
    return [text for text in told if text] or ["nothing was won yet, nobody weakened, and each has an owner"]


def _regular(regular: Regular) -> list[str]:
    quiet = [f"{_name(one)} {count(one.now.quiet_days, 'day')}" for one in regular.quiet]
    return [
        f"{count(regular.number, 'regular partner')}",
        _some("quiet", quiet) or "none of them is quiet",
        _some("get more of our time than they bring", [_name(one) for one in regular.over]),
        _some("bring more than they get of our time", [_name(one) for one in regular.under]),
    ]


def _some(what: str, names: Sequence[str]) -> str:
    """`4 new: Acme, Beta, Gamma and 1 more`; nothing where there is none."""
    if not names:
        return ""
    return f"{len(names)} {what}: {first_few(names, MOST)}"


def _name(one: Scored) -> str:
    return brief(one.partner.name, 80)


def _step(one: Scored) -> str:
    if not one.promises:
        return "no next step"
    first = one.promises[0]
    by = f" by {day_words(first.due_on, one.now.day)}" if first.due_on else ""
    return f"{brief(first.what, 80)}{by}"


def _moved(one: Scored, then: Score) -> str:
    return f"{_name(one)} {then.ours.rvi} → {one.now.ours.rvi}"
