"""A Redis that served the password is gone before the code, killed or mute: login, limits and pages go on."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
from captchas import free_port
from celery import Celery
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client as Browser
from django.utils import timezone
from doors import door, is_inside, sms_code, type_code, type_password
from own_redis import redis_program

from accounts.models import Client
from messaging import waking
from messaging.models import Message
from messaging.tasks import deliver_message, send_pending

MOST_SECONDS = 4.0  # a page that waits for the queue and twice for the cache: 2 + 2 × 0.3 s, and the machine's own


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A redis-server of this test alone, and its address."""
    port = free_port()
    command = [redis_program(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path)
    try:
        _wait_for(port)
        yield process, f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()  # reaches a stopped process too
        process.wait()


@pytest.fixture
def joined(
    server: tuple[subprocess.Popen[bytes], str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Cache and queue of the portal lie in that Redis, with the options of production."""
    _, url = server
    backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    flags = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "serializer": "web.redis.JsonSerializer"}
    settings.CACHES = {"default": {**backend, "OPTIONS": flags}}
    queue = Celery("killed", set_as_current=False)
    queue.conf.update(
        broker_url=url,
        task_ignore_result=True,
        broker_transport_options=django_settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        task_publish_retry=django_settings.CELERY_TASK_PUBLISH_RETRY,
    )
    queue.finalize()
    monkeypatch.setattr(waking, "deliver_message", queue.task(name=deliver_message.name)(deliver_message.run))
    settings.RECAPTCHA_PUBLIC_KEY, settings.RECAPTCHA_PRIVATE_KEY = "page", "server"
    yield server
    queue.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=lambda how: how.name)
def test_a_login_goes_on_and_limits_hold(
    browser: Browser, helene: Client, joined: tuple[subprocess.Popen[bytes], str], how: signal.Signals, settings: Any
) -> None:
    process, url = joined
    _works(browser, helene, url)
    timed(302, lambda: type_password(browser, helene))
    process.send_signal(how)
    with pytest.raises(redis.RedisError):
        cache.get("anything")
    timed(302, lambda: type_code(browser, helene, sms_code(helene)))
    timed(200, lambda: browser.get("/nantes/espace/"))
    timed(200, lambda: ask_link(Browser(), helene))
    settings.CAPTCHA = "recaptcha"  # its page asks the cache whether Google is replaced
    timed(200, lambda: Browser().get(door("login", helene)))
    settings.CAPTCHA = "off"
    for status in (422, 422, 422, 429):
        timed(status, lambda: type_password(Browser(), helene, "faux-faux-faux-faux"))
    timed(503, lambda: Browser().get("/sante/pret/"))
    timed(302, lambda: browser.post(door("logout", helene)))
    assert not is_inside(browser, helene)
    _nothing_is_lost()


def timed(status: int, ask: Callable[[], Any]) -> None:
    """A page: its status, and that it came in time."""
    started = time.monotonic()
    assert ask().status_code == status
    assert time.monotonic() - started < MOST_SECONDS


def ask_link(browser: Browser, client: Client) -> Any:
    return browser.post(door("request_password", client), {"identifier": client.user.identifier})


def _works(browser: Browser, client: Client, url: str) -> None:
    """The control: this Redis does serve, before it is lost."""
    cache.set("flag", True, 10)
    assert cache.get("flag") is True
    ask_link(browser, client)
    assert redis.Redis.from_url(url).llen("celery") == 1


def _nothing_is_lost() -> None:
    assert Message.objects.filter(state=Message.State.QUEUED).count() >= 2
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        send_pending()
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SENT}


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.02)
        else:
            return
