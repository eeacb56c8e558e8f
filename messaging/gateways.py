"""The providers: an SMTP server, Twilio, or the demonstration's inbox."""

from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from messaging.answers import Answer, Refused, Sent, TryLater, Unknown
from messaging.models import InboxMessage, Message
from messaging.sealing import Text
from messaging.switch import SWITCHED_OFF, sms_is_on
from messaging.twilio_gateway import send_sms


def send(message: Message, text: Text) -> Answer:
    if message.channel == Message.Channel.EMAIL:
        return _send_email(message, text) if settings.EMAIL_URL else _to_inbox(message, text)
    if not sms_is_on():
        return Refused(SWITCHED_OFF)
    if settings.SMS_BACKEND == "twilio":
        return send_sms(message.recipient, text.body, _validity(message))
    return _to_inbox(message, text)


def _to_inbox(message: Message, text: Text) -> Answer:
    InboxMessage.objects.create(
        channel=message.channel,
        to=message.recipient,
        subject=text.subject,
        text=text.body,
        html=text.html,
        sent_at=timezone.now(),
    )
    return Sent("inbox")


def _send_email(message: Message, text: Text) -> Answer:
    mail = EmailMultiAlternatives(text.subject, text.body, to=[message.recipient])
    mail.attach_alternative(text.html, "text/html")
    try:
        mail.send()
    except (TimeoutError, SMTPServerDisconnected) as error:
        return Unknown(type(error).__name__)
    except SMTPResponseException as error:
        return _later_or_never(error.smtp_code)
    except SMTPRecipientsRefused as error:
        return _later_or_never(*(code for code, _ in error.recipients.values()))
    except OSError as error:  # no server, or one that hung up before taking it; SMTPException is one
        return TryLater(type(error).__name__)
    return Sent()


def _later_or_never(*codes: int) -> Answer:
    """SMTP's 4xx: not now; 5xx: never."""
    is_passing = all(code in range(400, 500) for code in codes)
    return (TryLater if is_passing else Refused)(f"SMTP {', '.join(map(str, codes))}")


def _validity(message: Message) -> int | None:
    if message.expires_at is None:
        return None
    return max(1, int((message.expires_at - timezone.now()).total_seconds()))
