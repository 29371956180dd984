"""A server on this machine, well-behaved or hostile, and a network that leads every name to it."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.outbound.connection import Network
from tests.patience import PATIENCE

PUBLIC = "93.184.215.14"
NAME = "calendar.example.com"
Answer = Callable[[socket.socket, bytes], None]


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> Answer:
    """Answer with this body, and close."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    lines += [] if "Content_Length" in headers else [f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
    return lambda client, _request: client.sendall(head + body)


@dataclass
class Server:
    """What it was asked, and what it answers: by path, else `answer`."""

    port: int
    answer: Answer = field(default_factory=reply)
    paths: dict[str, Answer] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def handle(self, client: socket.socket, tls: ssl.SSLContext | None) -> None:
        try:
            client.settimeout(PATIENCE)
            talk = tls.wrap_socket(client, server_side=True) if tls else client
            with talk:
                request = b""
                while b"\r\n\r\n" not in request and (more := talk.recv(65_536)):
                    request += more
                head, _, body = request.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
                while length and len(body) < int(length[1]) and (more := talk.recv(65_536)):
                    body += more
                request = head + b"\r\n\r\n" + body
                self.requests.append(request)
                path = request.split(b" ", 2)[1].decode() if request.count(b" ") > 1 else ""
                self.paths.get(path, self.answer)(talk, request)
        except OSError:
            client.close()


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve on the loopback address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])

        def accept() -> None:
            while not server.closing.is_set():
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=server.handle, args=(client, tls), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server
        server.closing.set()
        socket.create_connection(listener.getsockname()).close()  # `accept` returns
        thread.join(PATIENCE)


@dataclass
class Roads:
    """A network of our own: `names` says which addresses a name has, each time it is asked; all lead to the server."""

    server: Server
    authority: Path | None = None
    names: dict[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    connected: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.names.get(host, [[PUBLIC]])
        return answers[min(self.asked.count(host), len(answers)) - 1]

    def connect(self, address: str, _port: int, timeout: float) -> socket.socket:
        self.connected.append(address)
        return socket.create_connection(("127.0.0.1", self.server.port), timeout)

    def network(self, timeout: float = PATIENCE) -> Network:
        """The network, which believes only our own authority."""
        cafile = str(self.authority) if self.authority else None
        return Network(self.resolve, self.connect, lambda: ssl.create_default_context(cafile=cafile), timeout=timeout)


def certificate(folder: Path, name: str, now: datetime) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS with a certificate of its own, and the file that makes a client believe it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
