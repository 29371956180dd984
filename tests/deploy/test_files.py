"""What is shipped for running Tend: units, a compose file, proxies and an example of `.env`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from bot import env_file
from bot.cli.main import app
from bot.config import VARIABLES
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
INSTALLED = "/opt/tend/bin/tend"
COMPOSE = ROOT / "compose.yaml"


def program(*names: str) -> str:
    """The path of one of these programs, which a machine may lack."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
    found = next((path for name in names if (path := shutil.which(name, path=places))), None)
    return found or pytest.skip(f"{' or '.join(names)} is not installed")


def ran(*words: object, **variables: str) -> str:
    """What a program prints; it must end well."""
    done = subprocess.run(
        list(map(str, words)), env=os.environ | variables, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


# -- .env.example


def example() -> str:
    return (ROOT / ".env.example").read_text(encoding="utf-8")


def uncommented() -> dict[str, str]:
    return env_file.parse(re.sub(r"^#(?=[A-Z_]+=)", "", example(), flags=re.MULTILINE))


def test_the_example_has_each_variable_and_no_secret() -> None:
    own = {"POSTGRES_PASSWORD"}
    assert set(uncommented()) == {*VARIABLES, *own}
    assert set(env_file.parse(example())) == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}
    assert not any(env_file.parse(example()).values())


def test_the_compose_file_asks_for_nothing_that_the_example_lacks() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text(encoding="utf-8")))
    assert asked == {"POSTGRES_PASSWORD", "TEND_URL"}
    assert asked <= set(uncommented())


# -- compose.yaml and the Dockerfile


def test_each_service_runs_a_command_that_exists() -> None:
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    commands = {name: service["command"] for name, service in services.items() if "command" in service}
    assert commands == {"run": ["run"], "web": ["web"], "worker": ["worker"]}
    for name in commands:
        service = services[name]
        assert (service["read_only"], service["cap_drop"], service["tmpfs"]) == (True, ["ALL"], ["/tmp"]), name
    assert {"db", "caddy"} == set(services) - set(commands)


@pytest.mark.parametrize("profile", ["one", "team"])
def test_compose_takes_the_file(tmp_path: Path, profile: str) -> None:
    compose = program("docker-compose")
    shutil.copy(COMPOSE, tmp_path)
    (tmp_path / ".env").write_text(example())
    shown = ran(compose, "--profile", profile, "--file", tmp_path / COMPOSE.name, "config")
    assert set(yaml.safe_load(shown)["services"]) >= {"run", "web", "worker"}


def test_the_builder_gets_what_the_dockerfile_copies_and_nothing_else() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        word.removeprefix("./")
        for words in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for word in words.split()
    }
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == copied
    pinned = {"requirements.txt", "requirements-crm.txt"}
    assert copied == pinned | {"pyproject.toml", "README.md", "LICENSE", "bot", "scoring", "storage"}
    assert all((ROOT / name).exists() for name in copied)


# -- systemd


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_each_unit_runs_a_command_that_exists_in_the_same_sandbox(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (command,) = re.findall(rf"^ExecStart={INSTALLED} (\w+)", text, re.MULTILINE)
    assert command in COMMANDS
    assert sandbox(text) == sandbox(UNITS[0].read_text(encoding="utf-8"))
    assert "NoNewPrivileges=yes" in sandbox(text)


def sandbox(text: str) -> str:
    return text.partition("# What it may do")[2].partition("\n\n")[0].strip()


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    for path in (DEPLOY / "systemd").iterdir():
        name = path.name.replace("@.", "@3000.")
        (tmp_path / name).write_text(path.read_text(encoding="utf-8").replace(INSTALLED, sys.executable))
    units = sorted(path for path in tmp_path.iterdir() if path.suffix in (".service", ".timer"))
    assert len(units) == 5
    assert ran(analyze, "verify", *units) == ""


# -- proxies


def test_caddy_takes_its_file() -> None:
    shown = ran(
        program("caddy"), "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile",
        TEND_URL="https://tend.example.com",
    )  # fmt: skip
    assert "Valid configuration" in shown


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    nginx, openssl = program("nginx"), program("openssl")
    key, certificate = tmp_path / "tend.key", tmp_path / "tend.pem"
    ran(
        openssl,
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "rsa:2048",
        "-subj",
        "/CN=tend.example.com",
        "-keyout",
        key,
        "-out",
        certificate,
    )
    server = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/ssl/", f"{tmp_path}/")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{server}}}\n"
    )
    assert "test is successful" in ran(nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf")
