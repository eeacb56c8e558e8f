"""Papers that clients of the tests have sent, without the slow work."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Client, Document, DocumentContent


def a_document(client: Client, *, data: bytes = b"%PDF-page", **facts: Any) -> Document:
    now = timezone.now()
    values = {
        "kind": "identity",
        "content_type": "application/pdf",
        "sent_at": now,
        "decided_at": now if "state" in facts else None,
        **facts,
    }
    document = Document.objects.create(client=client, size=len(data), **values)
    DocumentContent.objects.create(document=document, data=data)
    return document


def list_of(client: Client) -> str:
    return reverse("accounts:documents", args=[client.establishment.slug])


def file_of(client: Client, document: Document) -> str:
    return reverse("accounts:document", args=[client.establishment.slug, document.pk])


def send(
    browser: Browser,
    client: Client,
    data: bytes,
    *,
    kind: str = "identity",
    name: str = "carte",
    declared: str = "application/pdf",
) -> Any:
    """Through the form. The name and the declared type are the sender's own idea."""
    return browser.post(list_of(client), {"kind": kind, "file": SimpleUploadedFile(name, data, declared)})


def staff_page(document: Document, name: str) -> str:
    """`change`, `download`, `accept` or `refuse`."""
    return reverse(f"admin:accounts_document_{name}", args=[document.pk])
