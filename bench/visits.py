"""Asks a server for a page again and again, 16 at a time, and believes no answer: a redirect looks like speed."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from typing import Final

AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """`wire`: bytes received, head included."""

    seconds: float
    wire: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """A page, what must stand in it (`marker`, so many times), and who looks: no cookie for a public page."""

    port: int
    path: str
    marker: bytes
    times: int
    cookies: tuple[str, ...] = ()


def visit(port: int, path: str, cookie: str = "", *, accepts: str = "identity") -> Answer:
    """One request on a connection of its own, as sync workers serve them. Errors: AssertionError if it is no page."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "X-Forwarded-Proto: https"]
    lines += [f"Accept-Encoding: {accepts}", *([f"Cookie: {cookie}"] if cookie else [])]
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        received = b"".join(iter(partial(connection.recv, 65536), b""))
    seconds = time.perf_counter() - start
    head, _, body = received.partition(b"\r\n\r\n")
    status = head.partition(b"\r\n")[0]
    assert status.endswith(b" 200 OK"), f"{path} : {status!r}"
    length = re.search(rb"(?i)\r\ncontent-length: ([0-9]+)", head)
    assert length is None or int(length[1]) == len(body), f"{path} : {len(body)} octets sur {length[1]!r}"
    return Answer(seconds, len(received), body)


def visit_many(target: Target, requests: int) -> list[Answer]:
    """Each answer is the page: its status, its marker, its size."""
    cookies = islice(cycle(target.cookies or ("",)), requests)
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        answers = list(visitors.map(partial(visit, target.port, target.path), cookies))
    for answer in answers:
        found, size = answer.body.count(target.marker), len(answers[0].body)
        assert found == target.times, f"{target.path} : {found} × {target.marker!r}"
        assert abs(len(answer.body) - size) < size / 10, f"{target.path} : {len(answer.body)} octets, puis {size}"
    return answers


def first_visit(port: int, path: str) -> int:
    """Bytes on the wire of a page and of all that it names, for a browser that has seen nothing and takes gzip."""
    page = visit(port, path)
    linked = re.findall(rb'(?:<link[^>]* href|<script[^>]* src|<img[^>]* src)="(/[^"]+)"', page.body)
    files = [visit(port, file.decode(), accepts="gzip").wire for file in dict.fromkeys(linked)]
    return visit(port, path, accepts="gzip").wire + sum(files)
