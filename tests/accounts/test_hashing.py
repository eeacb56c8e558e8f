"""Passwords at rest, with the hasher of production."""

import argon2
import pytest
from django.contrib.auth.hashers import check_password, make_password
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


@pytest.mark.usefixtures("real_hashing")
def test_a_hash_of_an_older_system_is_renewed_at_the_next_login() -> None:
    renewed: list[str] = []
    older = make_password(PASSWORD, hasher="pbkdf2_sha256")
    assert check_password(PASSWORD, older, setter=renewed.append)
    assert renewed == [PASSWORD]


@pytest.mark.usefixtures("real_hashing")
def test_an_account_without_a_password_never_matches() -> None:
    assert not check_password("", "")
    assert not check_password(PASSWORD, "")
