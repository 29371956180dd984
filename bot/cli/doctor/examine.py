"""Run all checks in turn."""

from bot.cli.doctor import crm, database, network, slack, variables
from bot.cli.doctor.finding import Finding, Grade, problem, run_check
from bot.cli.printing import say
from bot.cli.setup import open_settings
from bot.config import setting_problems

CHECKS = (
    variables.check_env_file,
    variables.check_names,
    variables.check_secrets,
    database.check_schema,
    database.check_disk,
    database.check_programs,
    database.check_webhooks,
    slack.check_slack,
    slack.check_app_token,
    slack.check_digest_channel,
    crm.check_crms,
    network.check_ports,
    network.check_public_url,
)


def run() -> bool:
    """Run all checks and print their findings. Return False if any found a problem."""
    if problems := setting_problems():
        for text in dict.fromkeys(problems):
            _print(problem(text))
        for finding in variables.find_misspelt():
            _print(finding)
        return False
    settings = open_settings()
    findings: list[Finding] = []
    for check in CHECKS:
        for finding in run_check(check, settings):
            if finding not in findings:  # several checks may fail for the same reason
                _print(finding)
                findings.append(finding)
    return all(finding.grade is not Grade.PROBLEM for finding in findings)


def _print(finding: Finding) -> None:
    say(f"{finding.grade.value} {finding.text}")
