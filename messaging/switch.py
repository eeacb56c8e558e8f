def sms_is_on() -> bool:
    return True
