"""Why the bank does not do what it is asked, whatever the protocol."""


class UnknownPayment(Exception):
    """No payment has this number."""


class SessionExpired(Exception):
    """The client stayed on the page longer than a session lives; `shop_url` leads back."""

    def __init__(self, shop_url: str) -> None:
        super().__init__(shop_url)
        self.shop_url = shop_url


class NotPossible(Exception):
    """What is asked does not fit the payment's state; the text says why, in French."""
