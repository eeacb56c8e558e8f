from accounts import limits
from accounts.models import User
from establishments.models import Establishment


def sms_wait(*, user: User, phone: str, address: str, establishment: Establishment) -> int:
    return (
        limits.sms_from(address)
        or limits.sms_to_account(user.pk)
        or limits.sms_to_number(phone)
        or limits.sms_of_establishment(establishment.pk, establishment.sms_daily_cap)
    )
