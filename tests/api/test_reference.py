"""The page that describes the API: whole, made of the OpenAPI document alone, and of examples that work."""

import base64
import hashlib
import http.client
import itertools
import json
import re
import shlex
from html import unescape

from bot.web.api.openapi import build_document
from bot.web.api.reference import make_reference
from bot.web.api.routes import OPERATIONS, REFERENCE
from tests.api.client import Client
from tests.patience import PATIENCE

SERVER = "https://tend.example.com"
TEXT, HEADERS = make_reference(build_document(SERVER))
COMMAND = re.compile(r"<pre><code>(.*?)</code></pre>", re.DOTALL)


def test_every_operation_and_object_is_on_it() -> None:
    document = build_document(SERVER)
    ids = set(re.findall(r' id="([^"]+)"', TEXT))
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert len(operations) == len(OPERATIONS)
    assert {one["operationId"] for one in operations} | set(document["components"]["schemas"]) <= ids
    for operation in operations:
        for parameter in operation["parameters"]:
            assert f"<code>{parameter['name']}</code>" in TEXT


def test_every_link_on_it_leads_somewhere() -> None:
    ids = re.findall(r' id="([^"]+)"', TEXT)
    assert len(ids) == len(set(ids))
    links = set(re.findall(r'href="([^"]+)"', TEXT))
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert {link for link in links if not link.startswith("#")} == {"/api/v1/openapi.json"}


def test_it_loads_nothing_and_runs_nothing() -> None:
    assert not re.search(r"<(script|link|img|iframe|form|object)\b|\bsrc=|\bstyle=|\bon\w+=|@import|url\(", TEXT)
    (css,) = re.findall(r"<style>(.*?)</style>", TEXT, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert "script-src" not in policy


def test_it_has_landmarks_and_headings_in_order() -> None:
    for landmark in ("<header>", '<nav aria-label="Contents">', '<main id="main">'):
        assert TEXT.count(landmark) == 1
    levels = [int(level) for level in re.findall(r"<h(\d)\b", TEXT)]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_its_examples_work(crm: Client) -> None:
    """What adds the partner comes first, so that there is one to record about."""
    commands = [shlex.split(unescape(command).replace("\\\n", "")) for command in COMMAND.findall(TEXT)]
    assert len(commands) == len(OPERATIONS)
    commands.sort(key=lambda words: "-d" not in words or not words[1].endswith("/partners"))
    statuses = {}
    for words in commands:
        path = words[1].removeprefix(f"{SERVER}/api/v1/")
        if "-d" in words:
            body = words[words.index("-d") + 1]
            assert json.loads(body)
            statuses["POST", path] = crm.send(path, body.encode()).status
        else:
            method = "DELETE" if "-X" in words else "GET"
            statuses[method, path] = crm.ask(method, path).status
    made_up = {("GET", "activities/17"), ("DELETE", "activities/17")}
    assert {call for call, status in statuses.items() if status == 404} == made_up
    assert {status for call, status in statuses.items() if call not in made_up} == {200, 201}


def test_anybody_may_read_it_and_keep_it_a_while(nobody: Client) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", nobody.port, timeout=PATIENCE)
    connection.request("GET", REFERENCE)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Content-Type")) == (200, "text/html; charset=utf-8")
    assert answer.getheader("Cache-Control") == "public, max-age=300"
    assert "POST" in answer.read().decode()
    connection.close()
