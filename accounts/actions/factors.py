from accounts.models import Factor, SMSDevice, User


def confirmed_factors(user: User) -> list[Factor]:
    return [Factor.SMS] if SMSDevice.objects.filter(user=user, confirmed=True).exists() else []
