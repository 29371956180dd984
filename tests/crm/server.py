"""What both CRMs of the tests have in common: HTTP on this machine that answers JSON, and faults put in its way."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """An answer as JSON; `headers` beside it."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


Fault = Callable[[Asked], Answer | None]


class Account(Protocol):
    """What answers."""

    def answer(self, asked: Asked) -> Answer: ...


@dataclass
class CrmServer:
    """Serves an account. `faults` are asked first, each once it has an answer; `before` is called with each request."""

    account: Account
    url: str = ""
    requests: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    before: Callable[[Asked], None] = lambda _asked: None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, asked: Asked) -> Answer:
        self.before(asked)
        with self.lock:
            self.requests.append(asked)
            for fault in self.faults:
                if (found := fault(asked)) is not None:
                    self.faults.remove(fault)
                    return found
            return self.account.answer(asked)

    def paths(self, part: str = "") -> list[str]:
        return [asked.path for asked in self.requests if part in asked.path]


def fails(status: int, body: Json, part: str = "", **headers: str) -> Fault:
    """Answer once with an error, to the next request whose path has this part."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked: Answer(status, body, named) if part in asked.path else None


@contextmanager
def serving(account: Account, wrap: Callable[[ThreadingHTTPServer], str] | None = None) -> Iterator[CrmServer]:
    """Serve an account on the loopback address; `wrap` puts TLS around it and says what its address is."""
    crm = CrmServer(account)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = crm.answer(Asked(self.command, self.path, dict(self.headers), body))
            raw = b"" if answer.status == 204 else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json;charset=utf-8", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = _serve  # the names that the standard library calls

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that is killed hangs up; that is what such a test is about."""

    server = Server(("127.0.0.1", 0), Handler)
    crm.url = wrap(server) if wrap else f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield crm
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
