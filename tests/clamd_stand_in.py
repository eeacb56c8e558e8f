"""clamd on loopback: it reads INSTREAM as the real one does, and answers as told, slowly, or not at all."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer, ThreadingUnixStreamServer
from typing import ClassVar

OK = b"stream: OK\0"
FOUND = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"
VIRUS = b"X5O!P%@AP"  # what this one takes for a virus


class Clamd(BaseRequestHandler):
    """Finds `VIRUS` in what it is sent; `answer`, when it is not None, is said whatever came."""

    answer: ClassVar[bytes | None]
    delay: ClassVar[float]  # seconds before the answer
    drip: ClassVar[float]  # seconds between two of its bytes
    most: ClassVar[int]  # bytes: StreamMaxLength
    asked: ClassVar[list[bytes]]

    def handle(self) -> None:
        with suppress(OSError):
            data = self._instream()
            self.asked.append(data)
            time.sleep(self.delay)
            for byte in self._answer_to(data):
                self.request.sendall(bytes([byte]))
                time.sleep(self.drip)

    def _answer_to(self, data: bytes) -> bytes:
        if self.answer is not None:
            return self.answer
        if len(data) > self.most:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return FOUND if VIRUS in data else OK

    def _instream(self) -> bytes:
        assert self._exactly(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!L", self._exactly(4))[0]:
            data += self._exactly(size)
            if len(data) > self.most:  # the real one hangs up in the middle
                break
        return data

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            if not (more := self.request.recv(size - len(data))):
                raise ConnectionError
            data += more
        return data


class _Tcp(ThreadingTCPServer):
    daemon_threads, block_on_close, allow_reuse_address = True, False, True


class _Unix(ThreadingUnixStreamServer):
    daemon_threads, block_on_close = True, False


@contextmanager
def listening(path: Path | None = None) -> Iterator[str]:
    """The `CLAMD_URL` of a stand-in that judges truly, on a port or on the socket `path`."""
    Clamd.answer, Clamd.delay, Clamd.drip, Clamd.most, Clamd.asked = None, 0, 0, 16 * 2**20, []
    server = _Unix(str(path), Clamd) if path else _Tcp(("127.0.0.1", 0), Clamd)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"unix://{path}" if path else "tcp://{}:{}".format(*server.socket.getsockname())
    Clamd.drip = 0
    server.shutdown()
    server.server_close()
    thread.join()


def a_closed_port() -> str:
    """The address of nobody."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"
