"""A contract's number in an address."""

from django.urls import register_converter


class ContractNumberConverter:
    """The characters that an imported number may have: nothing that means something else in an address."""

    regex = "[0-9A-Za-z._-]{1,32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ContractNumberConverter, "contract")
