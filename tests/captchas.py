"""What the captcha tests share: a stand-in for Google on loopback, and solutions of altcha."""

import json
import re
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from altcha import v1 as altcha
from django.test import Client as Browser
from doors import door
from people import PASSWORD

from accounts.models import Client

Speak = Callable[[socket.socket], None]

TOKEN = "03AGdBq2-token_of.Google"
DENIED = "Google n’a pas confirmé"
REPLACED = "La vérification de Google n’est pas arrivée."
RIGHT: dict[str, Any] = {"success": True, "challenge_ts": "2026-05-31T12:00:00Z", "hostname": "localhost"}
RIGHT_V3: dict[str, Any] = {**RIGHT, "action": "login", "score": 0.9}


def answer(body: bytes, status: str = "200 OK") -> Speak:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    )
    return lambda peer: peer.sendall(f"{head}\r\n".encode() + body)


def says(told: Any) -> Speak:
    return answer(json.dumps(told).encode())


def hang(peer: socket.socket) -> None:
    peer.settimeout(20)
    peer.recv(1)  # until whoever asked hangs up


def drip(head: bytes) -> Speak:
    """After `head`, one byte at a time: no socket's time-out ever sees it."""

    def speak(peer: socket.socket) -> None:
        peer.sendall(head)
        for _ in range(120):
            peer.sendall(b"a")
            time.sleep(0.2)

    return speak


class Google:
    """Answers each POST as `speak` says, and keeps the fields that it was sent."""

    def __init__(self) -> None:
        self.speak: Speak = says(RIGHT)
        self.asked: list[dict[str, str]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/recaptcha/api/siteverify"

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        try:
            with peer:
                self.asked.append(_fields(peer))
                self.speak(peer)
        except OSError:
            pass  # whoever asked has hung up


def _fields(peer: socket.socket) -> dict[str, str]:
    peer.settimeout(5)
    received = b""
    while b"\r\n\r\n" not in received:
        received += peer.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index] # requests sends it
    while len(body) < length:
        body += peer.recv(65536)
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


@contextmanager
def google_on_loopback() -> Iterator[Google]:
    google = Google()
    yield google
    google.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def challenge_in(page: bytes) -> dict[str, str]:
    """The challenge that a page shows, by the names of its data attributes; empty: none."""
    return dict(re.findall(r'data-(challenge|salt|signature|most)="([^"]+)"', page.decode()))


def facts_of(challenge: dict[str, str]) -> dict[str, Any]:
    """The solution, found as a browser finds it."""
    salt = challenge["salt"].replace("&amp;", "&")
    found = altcha.solve_challenge(challenge["challenge"], salt, "SHA-256", int(challenge["most"]))
    assert found is not None
    facts = {"challenge": challenge["challenge"], "salt": salt, "signature": challenge["signature"]}
    return {"algorithm": "SHA-256", "number": found.number, **facts}


def encoded(facts: object) -> str:
    return b64encode(json.dumps(facts).encode()).decode()


def solution_in(page: bytes) -> str:
    return encoded(facts_of(challenge_in(page)))


def send(browser: Browser, client: Client, password: str = PASSWORD, **more: str) -> Any:
    facts = {"identifier": str(client.user.identifier), "password": password, **more}
    return browser.post(door("login", client), facts)


def with_token(browser: Browser, client: Client, **more: str) -> Any:
    return send(browser, client, **{"g-recaptcha-response": TOKEN, **more})


def is_denied(response: Any) -> bool:
    """Refused, and Google is asked again."""
    page = response.content.decode()
    return response.status_code == 422 and DENIED in page and "g-recaptcha" in page and "data-altcha" not in page


def is_replaced(response: Any) -> bool:
    """Refused, with our captcha in the place of Google's."""
    page = response.content.decode()
    return response.status_code == 422 and REPLACED in page and "g-recaptcha" not in page
