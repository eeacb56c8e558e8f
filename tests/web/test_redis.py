"""Redis is believed by its certificate, reached by a socket too, and gives back words, never code."""

import pickle
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from celery import Celery
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache.backends.redis import RedisCache
from own_redis import redis_program
from redis.exceptions import ConnectionError as RedisConnectionError

from web.redis import CHECKED, JsonSerializer, broker_url

FLAGS: Final = {"socket_timeout": 2, "socket_connect_timeout": 2, "serializer": "web.redis.JsonSerializer"}


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[tuple[int, list[str]]]:
    """A TLS server under a certificate that nobody vouches for: its port, and what was said to it inside the tunnel."""
    heard: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path / "stranger.pem"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        is_over = threading.Event()

        def serve() -> None:
            while not is_over.is_set():
                try:
                    connection, _ = listener.accept()
                    with context.wrap_socket(connection, server_side=True) as tunnel:
                        tunnel.settimeout(1)
                        heard.append(tunnel.recv(100).decode(errors="replace"))
                except OSError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], heard
        is_over.set()
        thread.join()


def test_the_cache_tells_a_stranger_nothing(stranger: tuple[int, list[str]]) -> None:
    port, heard = stranger
    with pytest.raises(RedisConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        RedisCache(f"rediss://localhost:{port}/0", {"OPTIONS": FLAGS}).get("flag")
    assert not any(heard)


def test_the_queue_tells_a_stranger_nothing(stranger: tuple[int, list[str]]) -> None:
    port, heard = stranger
    assert "CERTIFICATE_VERIFY_FAILED" in _refusal_of(f"rediss://localhost:{port}/0", CHECKED)
    assert not any(heard)


def test_a_queue_that_checks_nothing_would_talk_to_it(stranger: tuple[int, list[str]]) -> None:
    """The negative control: what kombu does by itself."""
    port, heard = stranger
    _refusal_of(f"rediss://localhost:{port}/0", {"ssl_cert_reqs": ssl.CERT_NONE})
    assert any(heard)


def test_what_stands_in_redis_is_never_run() -> None:
    serializer = JsonSerializer()
    assert serializer.loads(serializer.dumps({"flag": True})) == {"flag": True}
    with pytest.raises(ValueError, match=r"decode|Expecting"):
        serializer.loads(pickle.dumps({"flag": True}))


def test_a_socket_with_a_password_serves_cache_and_queue(a_socket: str) -> None:
    cache = RedisCache(a_socket, {"OPTIONS": FLAGS})
    cache.set("flag", True, 10)
    assert cache.get("flag") is True
    app = Celery("socket", set_as_current=False, broker=broker_url(a_socket))
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        connection.SimpleQueue("words").put({"word": "bonjour"})
        assert connection.SimpleQueue("words").get(timeout=2).payload == {"word": "bonjour"}
    with pytest.raises(Exception, match=r"(?i)auth|password"):
        RedisCache(a_socket.replace("s3cret", "wrong"), {"OPTIONS": FLAGS}).get("flag")


def test_other_addresses_are_celerys_as_well() -> None:
    for url in ("redis://127.0.0.1:6379/3", "rediss://:word@cache.example.fr:6380/0"):
        assert broker_url(url) == url


@pytest.fixture
def a_socket(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "redis.sock"
    command = [redis_program(), "--port", "0", "--unixsocket", str(path), "--requirepass", "s3cret", "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path)
    try:
        _wait_for(path.exists)
        yield f"unix://:s3cret@{path}?db=1"
    finally:
        server.terminate()
        server.wait()


def _wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def _refusal_of(url: str, checks: Mapping[str, object]) -> str:
    app = Celery("stranger", set_as_current=False, broker=url)
    app.conf.broker_use_ssl = checks
    app.conf.broker_transport_options = {"socket_timeout": 2, "socket_connect_timeout": 2}
    with pytest.raises(Exception) as refusal, app.connection_for_write() as connection:  # noqa: PT011 - kombu's choice
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    return str(refusal.value)


def _certificate(path: Path) -> Path:
    """For « localhost », signed by itself."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()) + certificate.public_bytes(pem))
    return path
