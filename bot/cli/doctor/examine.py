"""Run all checks in turn."""

from collections.abc import Collection, Iterator

from bot.cli.doctor import crm, database, network, slack, variables
from bot.cli.doctor.finding import Check, Finding, Grade, problem, run_check
from bot.cli.printing import say
from bot.cli.setup import OAUTH_SETTINGS
from bot.config import Settings, check_settings
from bot.process.log_config import configure_logging

SLACK = ("slack_bot_token", *OAUTH_SETTINGS, "slack_api_url")
PORTS = ("host", "port", "metrics_host", "metrics_port", "slack_signing_secret")
CHECKS: tuple[tuple[Check, tuple[str, ...]], ...] = (
    (variables.check_env_file, ()),
    (variables.check_names, ()),
    (variables.check_secrets, tuple(Settings.model_fields)),
    (database.check_schema, ("database_url", "database_direct_url")),
    (database.check_disk, ("database_url",)),
    (database.check_programs, ("database_url",)),
    (database.check_webhooks, ("database_url",)),
    (crm.check_crms, ("database_url",)),
    (slack.check_bot_token, SLACK),
    (slack.check_workspaces, (*SLACK, "database_url")),
    (slack.check_app_token, ("slack_app_token", *OAUTH_SETTINGS, "slack_api_url")),
    (slack.check_digest_channel, (*SLACK, "database_url")),
    (network.check_ports, PORTS),
    (network.check_public_url, ("tend_url", *PORTS)),
)
"""Each check with the settings that it is about: where one of them is wrong, it would speak of another value."""


def run() -> bool:
    """Run all checks and print their findings. Return False if any found a problem."""
    settings, wrong = check_settings()
    findings: list[Finding] = [problem(text) for text in dict.fromkeys(text for _, text in wrong)]
    for finding in findings:
        _print(finding)
    if settings is None:
        for finding in variables.find_misspelt():
            _print(finding)
        return False
    configure_logging(settings)
    for check in _checks({name for name, _ in wrong}):
        for finding in run_check(check, settings):
            if finding not in findings:  # several checks may fail for the same reason
                _print(finding)
                findings.append(finding)
    return all(finding.grade is not Grade.PROBLEM for finding in findings)


def _checks(wrong: Collection[str]) -> Iterator[Check]:
    return (check for check, about in CHECKS if not set(about) & set(wrong))


def _print(finding: Finding) -> None:
    say(f"{finding.grade.value} {finding.text}")
