"""What each command of `tend` prints and does."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer

from bot import __version__
from bot.cli.main import app
from bot.config import Settings
from bot.fake_slack import FakeSlack
from bot.slack.manifest import SCOPE_REASONS, SCOPES
from bot.workspace.settings import SETTINGS
from storage.db.engine import make_engine, reading
from storage.migrate import migrate
from storage.workspaces import workspaces
from tests.cli.conftest import GOLDEN, Tend

ROOT = Path(__file__).parents[2]
DAY = "2026-11-22"
PAPERS = "incomplete"
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
KINDS = {"referral", "strategic_referral", "collaboration", "event", "cross_promotion"}
FIELDS = {
    "partner", "vertical", "owner", "as_of", "age_months", "months", "totals", "trust", "rvi", "band", "provisional",
    "literal_rvi", "reverse", "give_share", "last_touch_on", "quiet_days", "value_won", "cost", "roi", "signals",
}  # fmt: skip
REVERSE = {"totals", "trust", "estimated", "rvi", "band", "literal_rvi"}
DECIMALS = ("trust", "rvi", "literal_rvi", "give_share", "value_won", "cost", "roi")


def read_json(tend: Tend, *words: Any) -> Any:
    ran = tend(*words, "--json")
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


# -- score


def test_scores_are_as_worked_out(filled: Tend) -> None:
    for day in ("2026-03-01", DAY):
        told = {one["partner"]: one for one in read_json(filled, "score", "--as-of", day)}
        wanted = json.loads((GOLDEN / f"expected_{day}.json").read_text(encoding="utf-8"))
        assert len(told) == len(wanted)
        for one in wanted:
            said = told[one["partner"]]
            for field, value in one.items():
                if field == "reverse":
                    assert {key: said["reverse"][key] for key in value} == value
                else:
                    assert said[field] == value, (one["partner"], field)


def test_a_score_has_all_fields_and_its_decimals_are_texts_with_two_places(filled: Tend) -> None:
    told = read_json(filled, "score", "--as-of", DAY)
    for one in told:
        assert set(one) >= FIELDS
        assert set(one["reverse"]) == REVERSE
        assert set(one["totals"]) == set(one["reverse"]["totals"]) == KINDS
        assert all(isinstance(n, int) for n in (*one["totals"].values(), one["age_months"], one["months"]))
        for value in [one[name] for name in DECIMALS] + [one["reverse"][n] for n in ("trust", "rvi", "literal_rvi")]:
            assert value is None or re.fullmatch(r"-?\d+\.\d\d", value), (one["partner"], value)
        assert one["as_of"] == DAY
        assert isinstance(one["signals"], list)
        assert isinstance(one["provisional"], bool)
        assert one["last_touch_on"] is None or date.fromisoformat(one["last_touch_on"])


def test_what_is_not_known_is_null(tend: Tend, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("name,since\nAcme Legal,2026-01-01\n")
    tend("import", "partners", tmp_path / "p.csv")
    (one,) = read_json(tend, "score", "--as-of", DAY)
    for name in ("vertical", "owner", "trust", "rvi", "band", "literal_rvi", "give_share", "last_touch_on", "roi"):
        assert one[name] is None, name
    assert one["reverse"]["rvi"] is None
    assert one["value_won"] == "0.00"
    assert one["signals"] == []


@pytest.mark.parametrize("currency", ["GBP", "JPY"])
def test_money_has_two_places_whatever_the_currency(tend: Tend, tmp_path: Path, currency: str) -> None:
    (tmp_path / "p.csv").write_text("name,since\nAcme Legal,2026-01-01\n")
    (tmp_path / "a.csv").write_text(
        "partner,kind,occurred_on,value,outcome,closed_on\nAcme Legal,referral,2026-05-01,5000,won,2026-06-01\n"
    )
    tend("settings", "currency", currency)
    tend("import", "partners", tmp_path / "p.csv")
    tend("import", "activities", tmp_path / "a.csv")
    assert read_json(tend, "score", "--as-of", DAY)[0]["value_won"] == "5000.00"


def test_one_partner_can_be_asked_for_by_any_spelling(filled: Tend) -> None:
    names = [one["partner"] for one in read_json(filled, "score", "--as-of", DAY)]
    (one,) = read_json(filled, "score", f"  {names[0].upper()} ", "--as-of", DAY)
    assert one["partner"] == names[0]


def test_scores_are_a_table_too(filled: Tend) -> None:
    ran = filled("score", "--as-of", DAY)
    for one in read_json(filled, "score", "--as-of", DAY)[:5]:
        assert one["partner"] in ran.out
        assert (one["rvi"] or "-") in ran.out


def test_days_may_be_words(filled: Tend) -> None:
    assert read_json(filled, "score", "--as-of", "22 Nov 2026")[0]["as_of"] == DAY
    assert read_json(filled, "score", "--as-of", "yesterday")
    assert read_json(filled, "score")


# -- nudges and digest


def test_nudges_say_who_would_hear_what(filled: Tend) -> None:
    told = read_json(filled, "nudges", "--as-of", DAY)
    scores = {one["partner"]: one for one in read_json(filled, "score", "--as-of", DAY)}
    assert told
    for one in told:
        assert set(one) >= {"owner", "as_of", "items"}
        assert one["as_of"] == DAY
        assert one["items"]
        for item in one["items"]:
            assert set(item) >= {"partner", "signals", "why", "reason_to_call"}
            assert set(item["signals"]) <= set(scores[item["partner"]]["signals"])
            assert item["why"]
            assert item["reason_to_call"] is None or item["reason_to_call"]
            assert scores[item["partner"]]["owner"] == one["owner"]
    pairs = [(item["partner"], signal) for one in told for item in one["items"] for signal in item["signals"]]
    assert len(pairs) == len(set(pairs))
    assert {name for name, signal in pairs if signal == PAPERS} == {
        name for name, one in scores.items() if PAPERS in one["signals"]
    }
    for one in told:  # at most three in full, the worst
        full = sum(item["signals"] != [PAPERS] for item in one["items"])
        due = sum(its["owner"] == one["owner"] and set(its["signals"]) > {PAPERS} for its in scores.values())
        assert full == min(3, due)


def test_nudges_are_plain_lines_without_slacks_marks(filled: Tend) -> None:
    ran = filled("nudges", "--as-of", DAY)
    assert ran.out.startswith("To ")
    assert not re.search(r":\w+:|\*|&amp;|<@", ran.out)


def test_where_nobody_would_be_nudged_it_says_so(tend: Tend) -> None:
    assert tend("nudges", "--as-of", DAY).out == f"Nobody would be nudged on {DAY}.\n"
    assert read_json(tend, "nudges", "--as-of", DAY) == []


def test_looking_tells_nobody_and_remembers_nothing(filled: Tend) -> None:
    assert filled("nudges", "--as-of", DAY).out == filled("nudges", "--as-of", DAY).out
    assert filled("digest", "--as-of", DAY).out == filled("digest", "--as-of", DAY).out


def test_the_digest_is_json_and_lines(filled: Tend) -> None:
    told = read_json(filled, "digest", "--as-of", DAY)
    assert (told["as_of"], told["week"]) == (DAY, "2026-W47")
    assert told["has_news"] is True
    assert isinstance(told["producing"], int)
    for one in (*told["weakened"], *told["grew"]):
        moved = Decimal(one["to"]) - Decimal(one["from"])
        assert abs(moved - sum(Decimal(cause["effect"]) for cause in one["causes"])) <= Decimal("0.01")
    words = filled("digest", "--as-of", DAY).out
    assert words.startswith("Week of 15 Nov\n")
    assert "producing" in words
    assert read_json(filled, "digest", "--as-of", "2027-01-01")["week"] == "2026-W53"


def test_without_news_the_digest_says_so(tend: Tend) -> None:
    assert tend("digest", "--as-of", DAY).out.startswith("A quiet week")
    assert read_json(tend, "digest", "--as-of", DAY)["has_news"] is False


# -- import


def test_a_bad_row_is_told_with_its_line_and_the_rest_goes_in(tend: Tend, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("name,since\nAcme Legal,2026-01-01\nBad,some day\n\n,2026-01-05\nBéla,2026-02-01\n")
    ran = tend("import", "partners", tmp_path / "p.csv")
    assert ran.code == 0
    assert re.search(r"^line 3: left out: .*some day.* \(column since\)$", ran.out, re.M)
    assert re.search(r"^line 5: no name", ran.out, re.M)
    assert "3 added" in ran.out
    assert "1 rejected" in ran.out
    assert [one["partner"] for one in read_json(tend, "score")] == ["Acme Legal", "Bad", "Béla"]


def test_a_correction_is_told_before_and_when_it_is_taken(tend: Tend, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("name\nAcme Legal\n")
    tend("import", "partners", tmp_path / "p.csv")
    head = "partner,kind,occurred_on,title,external_id\n"
    (tmp_path / "a.csv").write_text(head + "Acme Legal,event,2026-05-01,Webinar,1\n")
    tend("import", "activities", tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text(head + "Acme Legal,event,2026-05-08,Webinar,1\n")
    for more, said in (("--dry-run", "1 would be updated"), ("", "1 updated")):
        ran = tend("import", "activities", tmp_path / "a.csv", *([more] if more else []))
        assert "line 2: Webinar: day 1 May 2026 → 8 May 2026" in ran.out
        assert said in ran.out


def test_a_crm_s_export_needs_no_mapping_to_be_named(tend: Tend, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Partner Name,Type,Since\nBrightwater Legal,Law,Jan 2024\nFennwick & Rowe,,2023\n")
    ran = tend("import", "partners", tmp_path / "p.csv")
    assert "2 rows: a month or a year as the start: its first day was taken" in ran.out
    ran = tend("import", "activities", ROOT / "docs" / "examples" / "hubspot-deals.csv")
    assert (ran.code, "3 added" in ran.out) == (0, True), ran
    won = {one["partner"]: one["value_won"] for one in read_json(tend, "score", "--as-of", "2026-03-02")}
    assert won["Brightwater Legal"] == "12000.00"


def test_the_same_file_twice_adds_nothing(filled: Tend) -> None:
    before = filled("score", "--json", "--as-of", DAY).out
    for kind in ("partners", "activities", "trust"):
        ran = filled("import", kind, GOLDEN / f"{kind}.csv")
        assert ": 0 added" in ran.out, ran.out
    assert filled("score", "--json", "--as-of", DAY).out == before


@pytest.mark.parametrize("how", ["--dry-run", "--strict"])
def test_a_dry_run_or_a_strict_one_with_a_bad_row_puts_nothing_in(tend: Tend, tmp_path: Path, how: str) -> None:
    (tmp_path / "p.csv").write_text("name,since\nAcme Legal,2026-01-01\nBad,some day\n")
    ran = tend("import", "partners", tmp_path / "p.csv", how)
    assert ran.code == (2 if how == "--strict" else 0)
    assert "line 3" in ran.out
    assert read_json(tend, "score") == []


def test_a_mapping_reads_another_programs_export(tend: Tend, tmp_path: Path) -> None:
    (tmp_path / "crm.toml").write_text(
        'kind_of_file = "activities"\ncreate_partners = true\n'
        '[columns]\npartner = "Company"\noccurred_on = ["Close date", "Create date"]\noutcome = "Stage"\n'
        '[constants]\nkind = "referral"\n[values.outcome]\n"Closed won" = "won"\n"Open" = "introduced"\n'
    )
    (tmp_path / "deals.csv").write_text(
        "Company;Stage;Create date;Close date\n"
        "Acme Legal;Closed won;2026-03-01;2026-04-01\nBéla;Open;2026-05-01;\nBéla;Lost in space;2026-05-02;\n",
        encoding="utf-8-sig",
    )
    ran = tend("import", "activities", tmp_path / "deals.csv", "--mapping", tmp_path / "crm.toml")
    assert ran.code == 0
    assert "3 added" in ran.out
    assert "line 4: left out: “Lost in space”" in ran.out
    told = {one["partner"]: one for one in read_json(tend, "score", "--as-of", DAY)}
    assert {name: one["last_touch_on"] for name, one in told.items()} == {
        "Acme Legal": "2026-04-01",
        "Béla": "2026-05-02",
    }


# -- settings and the first connection


def test_each_setting_can_be_shown_and_changed(tend: Tend) -> None:
    shown = tend("settings").out
    for key, setting in SETTINGS.items():
        assert re.search(rf"^{key} = ", shown, re.M)
        changed = tend("settings", key, setting.example)
        assert changed.code == 0, changed
        assert sorted(tend("settings", key).out.split()) == sorted(setting.example.split())


def monday() -> date:
    """The next one: a digest is of no day before its channel was chosen."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())


def test_what_was_imported_and_set_before_belongs_to_the_workspace_that_connects_first(
    filled: Tend, environment: str, slack: FakeSlack
) -> None:
    filled("settings", "digest_channel", "C1")
    before = filled("score", "--json", "--as-of", DAY).out
    assert filled("tick", "--now", f"{monday()}T09:05:00Z").out == "nudges sent: 0, digests sent: 1\n"
    engine = make_engine(environment)
    with reading(engine) as session:
        assert [row.team_id for row in workspaces.list_workspaces(session)] == ["T0TEND"]
    engine.dispose()
    assert filled("score", "--json", "--as-of", DAY).out == before
    assert filled("settings", "digest_channel").out == "C1\n"
    assert len(slack.channel("C1")) == 1
    assert filled("tick", "--now", f"{monday()}T09:06:00+00:00").out == "nudges sent: 0, digests sent: 0\n"


def test_a_tick_without_a_zone_means_utc_and_tells_its_problems(filled: Tend, slack: FakeSlack) -> None:
    filled("settings", "digest_channel", "CSHARED")
    ran = filled("tick", "--now", f"{monday()}T09:05")
    assert ran.out == "nudges sent: 0, digests sent: 0\n"
    assert "shared with another organisation" in ran.err
    assert slack.channel("CSHARED") == []


# -- doctor


def test_the_doctor_finds_all_well(tend: Tend, slack: FakeSlack) -> None:
    slack.world.scopes = SCOPES
    tend("migrate")
    tend("settings", "digest_channel", "C1")
    ran = tend("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert all(line.startswith("✓ ") for line in ran.out.splitlines())
    for said in ("SLACK_BOT_TOKEN is set", "`tend web`", "schema", "Stand-in", "all permissions", "C1"):
        assert said in ran.out


def test_the_doctor_names_each_missing_permission(tend: Tend, slack: FakeSlack) -> None:
    slack.world.scopes = tuple(scope for scope in SCOPES if scope not in ("im:history", "users:read"))
    ran = tend("doctor")
    assert ran.code == 2
    assert "permissions missing: im:history, users:read" in ran.out


@pytest.mark.parametrize(
    ("channel", "said"), [("CSHARED", "shared with another organisation"), ("CNOWHERE", "does not exist")]
)
def test_the_doctor_looks_at_the_digests_channel(tend: Tend, slack: FakeSlack, channel: str, said: str) -> None:
    slack.world.scopes = SCOPES
    tend("settings", "digest_channel", channel)
    ran = tend("doctor")
    assert ran.code == 2
    assert said in ran.out


def test_the_doctor_tells_whether_partners_can_be_asked(
    tend: Tend, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    tend("migrate")
    monkeypatch.setenv("TEND_URL", "https://tend.example.com/")
    assert "✓ links for partners and calendars point to https://tend.example.com, where" in tend("doctor").out
    monkeypatch.delenv("SLACK_SIGNING_SECRET")
    assert "✗ TEND_URL is set, but links to partners also need SLACK_SIGNING_SECRET" in tend("doctor").out
    monkeypatch.setenv("TEND_URL", "http://tend.example.com/")
    ran = tend("doctor")
    assert (ran.code, "TEND_URL should be the https address of `tend web`" in ran.out) == (2, True)


def test_the_doctor_says_what_is_not_set(tend: Tend) -> None:
    ran = tend("doctor")
    assert (ran.code, ran.err) == (2, "")
    for said in ("SLACK_BOT_TOKEN is not set", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "the database is empty"):
        assert said in ran.out


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-hunter2", "SLACK_BOT_TOKEN: Slack does not accept the bot's token"),
        ("SLACK_API_URL", "http://127.0.0.1:1/api/", "could not be reached"),
        ("DATABASE_URL", "mysql://u:hunter2@host/db", "DATABASE_URL should look like"),
        ("DATABASE_URL", "postgresql://tend:a@hunter2/b@127.0.0.1/tend", "DATABASE_URL has more than one @"),
        (
            "DATABASE_DIRECT_URL",
            "postgresql://tend:a@hunter2@127.0.0.1/tend",
            "DATABASE_DIRECT_URL has more than one @",
        ),
        ("METRICS_PORT", "hunter2", "METRICS_PORT should be the number of a port, from 1 to 65535"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "can't be used"),
    ],
)
def test_the_doctor_says_once_what_is_wrong(
    tend: Tend, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    slack.world.scopes = SCOPES
    monkeypatch.setenv(name, value)
    ran = tend("doctor")
    assert ran.code == 2
    assert ran.out.count(said) == 1
    assert "hunter2" not in ran.out
    assert "Traceback" not in ran.out + ran.err


# -- manifest, migrate, help


@pytest.mark.parametrize("url", [None, "https://tend.example.com/"])
def test_the_manifest_is_what_slack_takes(tend: Tend, url: str | None) -> None:
    ran = tend("manifest", *(["--url", url] if url else []))
    made = json.loads(ran.out)
    commands = {one["command"]: one for one in made["features"]["slash_commands"]}
    assert set(commands) == {"/referral", "/event", "/touch", "/trust", "/partner", "/tend"}
    assert all(one["should_escape"] is True for one in commands.values())
    assert all(one["description"] and len(one["description"]) <= 2000 for one in commands.values())
    assert all(len(one["usage_hint"]) <= 1000 for one in commands.values())
    assert 174 <= len(made["display_information"]["long_description"]) <= 4000
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["shortcuts"][0]["description"]) <= 150
    assert made["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert made["settings"]["socket_mode_enabled"] is (url is None)
    addresses = [
        *(one.get("url") for one in commands.values()),
        made["settings"]["interactivity"].get("request_url"),
        made["settings"]["event_subscriptions"].get("request_url"),
    ]
    assert set(addresses) == {"https://tend.example.com/slack/events" if url else None}


def test_prompts_and_what_they_need_are_in_the_manifest_only_when_asked_for(tend: Tend) -> None:
    """A workspace on a free plan may refuse a manifest that has them."""
    plain, wanted = (json.loads(tend("manifest", *more).out) for more in ((), ("--suggested-prompts",)))
    assert "agent_view" not in plain["features"]
    assert len(wanted["features"]["agent_view"]["suggested_prompts"]) == 3
    assert set(wanted["oauth_config"]["scopes"]["bot"]) - set(SCOPES) == {"assistant:write"}


def test_every_permission_has_its_reason() -> None:
    assert set(SCOPE_REASONS) == set(SCOPES)


def test_migrating_twice_changes_nothing(tend: Tend) -> None:
    first, second = tend("migrate"), tend("migrate")
    assert (first.code, second.code) == (0, 0)
    assert first.out != second.out
    assert "already" in second.out


def test_an_empty_database_is_migrated_at_the_first_start(tend: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.setup.migrate", migrate)
    assert tend("score").code == 0
    assert "already" in tend("migrate").out


def test_the_version_is_the_packages(tend: Tend) -> None:
    assert tend("--version").out == f"tend {__version__}\n"


def test_help_names_every_command_and_says_what_it_does(tend: Tend) -> None:
    ran = tend("--help")
    assert ran.code == 0
    assert tend().out == ran.out
    for name in COMMANDS:
        assert re.search(rf"^\s+{name}\s+\S", ran.out, re.M), name
        of_its_own = tend(name, "--help")
        assert of_its_own.code == 0
        assert "Usage" in of_its_own.out


# -- the documents


def page(name: str) -> str:
    return (ROOT / "docs" / "run" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_documented(name: str) -> None:
    assert re.search(rf"^\| `tend {name}\b", page("commands"), re.M), name


@pytest.mark.parametrize("name", [field.upper() for field in Settings.model_fields])
def test_each_variable_is_documented(name: str) -> None:
    assert re.search(rf"^\| [^|]*`{name}`", page("settings"), re.M), name


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_is_documented(name: str) -> None:
    assert re.search(rf"^\| [^|]*`{name}`", page("settings"), re.M), name


@pytest.mark.parametrize("name", SCOPES)
def test_the_reason_for_each_permission_is_documented(name: str) -> None:
    assert re.search(rf"^\| [^|]*`{name}`", page("permissions"), re.M), name


def test_no_command_is_documented_that_does_not_exist() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        name for path in pages for name in re.findall(r"(?:`|    )tend ([a-z]+)", path.read_text(encoding="utf-8"))
    }
    assert named <= set(COMMANDS), named - set(COMMANDS)
