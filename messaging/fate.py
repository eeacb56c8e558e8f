def sms_trouble(about: str) -> str:
    return ""
