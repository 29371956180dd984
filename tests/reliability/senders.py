"""Senders that try again until they are answered well, and a server that is killed under them."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Generic, Protocol, TypeVar

from tests.patience import PATIENCE, until

PAUSE = 0.02
LONGEST_PAUSE = 0.03

Sent = TypeVar("Sent")


class Server(Protocol):
    """A process that is started again after each kill; `port` is None while it is down."""

    port: int | None

    def start(self) -> None: ...

    def kill(self) -> None: ...


@dataclass
class Sender(Generic[Sent]):
    """Sends each thing until it is taken; several threads may share what is left.

    `send` tries once, at a port, and returns whether it was taken. OSError stands for not.
    """

    server: Server
    send: Callable[[int, Sent], bool]
    waiting: list[Sent] = field(default_factory=list)
    closed: bool = False
    accepted: list[Sent] = field(default_factory=list)
    attempts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send_all(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self.lock:
                each = self.waiting.pop() if self.waiting else None
                if each is None and self.closed:
                    return
            if each is None:
                time.sleep(PAUSE)
                continue
            while not self.deliver(each) and time.monotonic() < end:
                time.sleep(PAUSE)

    def deliver(self, each: Sent) -> bool:
        """Try once. Return whether it was taken."""
        if (port := self.server.port) is None:
            return False
        with self.lock:
            self.attempts += 1
        try:
            is_taken = self.send(port, each)
        except OSError:
            return False
        if is_taken:
            with self.lock:
                self.accepted.append(each)
        return is_taken

    def start(self, number: int) -> list[threading.Thread]:
        """Start so many threads that send."""
        threads = [threading.Thread(target=self.send_all, daemon=True) for _ in range(number)]
        for thread in threads:
            thread.start()
        return threads


def kill_at_random(server: Server, sender: Sender[Sent], random: Random, messages: Sequence[Sent], kills: int) -> None:
    """Hand out a batch of messages for each kill; kill the server after a few attempts and a moment, start it again."""
    for number in range(kills):
        batch = messages[number::kills]
        with sender.lock:
            wanted = sender.attempts + random.randint(2, len(batch) - 1)
            sender.waiting.extend(batch)
        until(lambda wanted=wanted: sender.attempts >= wanted)  # type: ignore[misc]
        time.sleep(random.random() * LONGEST_PAUSE)
        server.kill()
        server.start()
    sender.closed = True
