"""Every form of the site, found by itself: lengths, and no character that nobody sees."""

import pytest
from django import forms
from filled_forms import FILLED, NOT_TYPED, all_forms
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Client

FORMS = all_forms()
# Kept as it is typed (ASVS 6.2.8), hashed, shown to nobody.
VERBATIM = {"password", "current_password", "new_password1", "new_password2"}
SEVERAL_LINES = {
    ("AnswerForm", "answer"),
    ("AppointmentForm", "words"),
    ("ClosingForm", "note"),
    ("DraftForm", "text"),
    ("ReasonForm", "words"),
    ("RefusalForm", "reason"),
    ("RequestForm", "words"),
}
UNSEEN = ("\u202e", "\u2066", "\x00", "\x07")
TYPED = {
    name: [field for field, one in kind.base_fields.items() if isinstance(one, forms.CharField)]
    for name, kind in FORMS.items()
}
every_form = pytest.mark.parametrize("name", sorted(FORMS))
hostile = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANYTHING = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text("0123456789０１２٣٤  .,-+eE\x00\n\r\ud800\u202e", max_size=14),
    st.integers(0, 5).map(lambda power: "9" * 10**power),
)


def test_every_form_is_here() -> None:
    """A new form is named in `filled_forms.py`, filled in, and all that follows is asked of it."""
    assert set(FORMS) == set(FILLED)
    assert {"CaptchaForm", "SealedSearchForm"} == NOT_TYPED
    assert sum(map(len, TYPED.values())) > 40


@every_form
def test_what_is_right_is_taken(helene: Client, name: str) -> None:
    form = FILLED[name].made(FORMS[name], helene)
    assert form.is_valid(), form.errors.as_json()
    assert set(FILLED[name].data) | set(FILLED[name].files) >= {
        field for field, one in form.fields.items() if one.required or isinstance(one, forms.CharField)
    }


@every_form
def test_every_typed_field_has_a_length(helene: Client, name: str) -> None:
    for field in TYPED[name]:
        length = getattr(FORMS[name].base_fields[field], "max_length", None)
        assert length is not None, field
        assert length <= 20_000
        assert field in FILLED[name].made(FORMS[name], helene, **{field: "9" * (length + 1)}).errors


@every_form
def test_what_nobody_sees_is_refused(helene: Client, name: str) -> None:
    for field in set(TYPED[name]) - VERBATIM:
        right = FILLED[name].data[field]
        spoiled = [right[:at] + mark + right[at:] for mark in UNSEEN for at in (1, len(right) // 2, len(right) - 1)]
        taken = [
            typed for typed in spoiled if field not in FILLED[name].made(FORMS[name], helene, **{field: typed}).errors
        ]
        assert taken == [], field


@every_form
def test_a_line_is_one_line(helene: Client, name: str) -> None:
    """Codes and numbers forget all that stands between their digits."""
    for field in set(TYPED[name]) - VERBATIM:
        right = FILLED[name].data[field]
        form = FILLED[name].made(FORMS[name], helene, **{field: right[:-1] + "\n" + right[-1:]})
        form.is_valid()
        has_line_end = "\n" in form.cleaned_data.get(field, "")
        assert has_line_end == ((name, field) in SEVERAL_LINES), (name, field)


@every_form
@given(typed=ANYTHING, more=ANYTHING)
@example(typed="\x00", more="\ud800")
@example(typed="9" * 5000, more="1e999999")
@example(typed="-1", more="NaN")
@hostile
def test_a_form_takes_anything(helene: Client, name: str, typed: str, more: str) -> None:
    """A page with a reason, or a value that fits: never an error of ours."""
    for field in FORMS[name].base_fields:
        form = FILLED[name].made(FORMS[name], helene, **{field: typed, "source": more})
        form.is_valid()
        assert str(form.as_p())
    everywhere = dict.fromkeys(FORMS[name].base_fields, more)
    assert not FILLED[name].made(FORMS[name], helene, **everywhere).errors or str(form.as_p())


@pytest.mark.parametrize("country", ["", "France", "FRANCE", "fr"])
@pytest.mark.parametrize("code", ["<not a code>", "4440", "444000", "４４４００", "F-44400"])
def test_a_postal_code_of_france_has_five_digits(helene: Client, country: str, code: str) -> None:
    form = FILLED["AddressForm"].made(FORMS["AddressForm"], helene, postal_code=code, country=country)
    assert form.errors["postal_code"] == ["En France, le code postal a 5 chiffres. Exemple\xa0: 44000."]


@pytest.mark.parametrize(
    ("code", "country", "kept"),
    [("44 400", "", "44400"), ("97400", "La Réunion", "97400"), ("SW1A 1AA", "Royaume-Uni", "SW1A 1AA")],
)
def test_other_ways_of_writing_it_are_taken(helene: Client, code: str, country: str, kept: str) -> None:
    form = FILLED["AddressForm"].made(FORMS["AddressForm"], helene, postal_code=code, country=country)
    assert form.is_valid()
    assert form.cleaned_data["postal_code"] == kept
