"""What people type: plain text of a bounded length, without a character that nobody sees."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

# Control characters, the turning marks of other scripts, line separators, and what stands for an unreadable byte.
INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff\ufffd]")
LINE_ENDS: Final = re.compile(r"[\r\n]")
LONGEST_ADDRESS: Final = 2000  # characters of a path to come back to, with its query


class LineField(forms.CharField):
    """One line. `named` begins the sentences of its errors, `missing` is said of an empty one."""

    may_break: re.Pattern[str] | None = None

    def __init__(self, *, named: str, max_length: int, missing: str = "", **options: Any) -> None:
        errors = {
            "max_length": f"{named}\u00a0: {max_length} caractères au plus.",
            "null_characters_not_allowed": f"{named}\u00a0: enlevez le caractère invisible.",
            "invisible": f"{named}\u00a0: enlevez le caractère invisible.",
        }
        if missing:
            errors["required"] = missing
        errors |= options.pop("error_messages", {})
        super().__init__(max_length=max_length, error_messages=errors, **options)

    def clean(self, value: str) -> str:
        text: str = super().clean(value)
        if INVISIBLE.search(self.may_break.sub("", text) if self.may_break else text):
            raise ValidationError(self.error_messages["invisible"], "invisible")
        return text


class MailField(forms.EmailField):
    """Django takes invisible marks for letters of a domain."""

    def clean(self, value: str) -> str:
        text: str = super().clean(value)
        if INVISIBLE.search(text):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return text


class WordsField(LineField):
    """Some lines of somebody's own words."""

    may_break = LINE_ENDS
    widget = forms.Textarea


class PastedField(WordsField):
    """A text with tabulations, kept as it was pasted."""

    may_break = re.compile(r"[\r\n\t]")


def bounded(typed: str, longest: int) -> str:
    """A hidden field or a part of the address as it came; empty when it is longer than anything that we write there."""
    return typed if len(typed) <= longest else ""
