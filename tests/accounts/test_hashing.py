"""Passwords at rest, with the hasher of production."""

import argon2
import pytest
from django.contrib.auth.hashers import check_password, make_password
from doors import count_hashes
from people import PASSWORD

OWASP_MEMORY_KIB, OWASP_PASSES = 19 * 1024, 2


@pytest.mark.usefixtures("real_hashing")
def test_argon2_costs_at_least_what_owasp_asks() -> None:
    encoded = make_password(PASSWORD)
    parameters = argon2.extract_parameters(encoded.removeprefix("argon2"))
    assert parameters.type is argon2.Type.ID
    assert parameters.memory_cost >= OWASP_MEMORY_KIB
    assert parameters.time_cost >= OWASP_PASSES


@pytest.mark.usefixtures("real_hashing")
def test_a_password_is_salted_and_checked() -> None:
    one, other = make_password(PASSWORD), make_password(PASSWORD)
    assert one != other
    assert check_password(PASSWORD, one)
    assert not check_password(f"{PASSWORD} ", one)


OLDER = "pbkdf2_sha256$1000000$c2FsdHNhbHQ$" + "A" * 43 + "="


@pytest.mark.usefixtures("real_hashing")
@pytest.mark.parametrize("stored", ["", "!unusable", OLDER, "md5$a$b"])
def test_whatever_is_stored_one_password_costs_one_hash(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of an older system opens nothing, in the same time as an unknown name: its client asks for a link."""
    made = count_hashes(monkeypatch)
    assert not check_password(PASSWORD, stored)
    assert made == ["encode"]


@pytest.mark.usefixtures("real_hashing")
def test_an_account_without_a_password_never_matches() -> None:
    assert not check_password("", "")
    assert not check_password(PASSWORD, "")
