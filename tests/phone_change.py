"""A change of mobile as its client makes it: what is typed, what arrives by SMS."""

from typing import Any

from django.test import Client as Browser
from doors import door

from accounts.models import Client, SMSDevice
from messaging.models import InboxMessage

TYPED, NEW = "06 39 98 00 99", "+33639980099"


def ask(browser: Browser, client: Client, typed: str = TYPED) -> Any:
    return browser.post(door("change_phone", client), {"phone": typed})


def confirm(browser: Browser, client: Client, code: str) -> Any:
    return browser.post(door("change_phone", client), {"code": code})


def resend(browser: Browser, client: Client) -> Any:
    return browser.post(door("resend_phone_code", client))


def code_at(number: str) -> str:
    message = InboxMessage.objects.filter(channel="sms", to=number, text__contains="changer de mobile").first()
    assert message is not None
    return message.text[:6]


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&nbsp;", " ").replace("\xa0", " ")


def phones_of(client: Client) -> tuple[str, list[str]]:
    devices = SMSDevice.objects.filter(user=client.user_id).values_list("phone", flat=True)
    return Client.objects.get(pk=client.pk).phone, list(devices)


def unchanged(client: Client) -> bool:
    return phones_of(client) == (client.phone, [client.phone])


def change(browser: Browser, client: Client) -> None:
    ask(browser, client)
    confirm(browser, client, code_at(client.phone))
    assert confirm(browser, client, code_at(NEW)).status_code == 302
