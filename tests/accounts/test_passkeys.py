"""Passkeys: what the browser signs is read to the last bit, and whatever else it sends is a refusal."""

import json
from typing import Any

import pytest
from doors import journal_kinds
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from passkeys import RSAKey, SoftKey, a_passkey, with_other_bytes
from webauthn.helpers import bytes_to_base64url

from accounts import passkeys
from accounts.actions.factors import Refused
from accounts.actions.passkeys import (
    MOST_PASSKEYS,
    PasskeyAdded,
    TooManyPasskeys,
    add_passkey,
    confirm_passkey,
    new_passkey_challenge,
    passkey_challenge,
)
from accounts.actions.sms_code import Accepted, TooMany
from accounts.models import Client, Passkey, User
from accounts.passkeys import Challenge

hostile = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PARTS = ("id", "rawId", "type", "response")
RESPONSE_PARTS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "transports", "userHandle")
UNREAD = {"attestationObject", "authenticatorData", "signature", "transports", "userHandle"}  # by one of both
ASKED = json.dumps({"challenge": "AAAA", "rpId": "localhost", "rp": {"id": "localhost"}})


def confirm(client: Client, challenge: str, credential: str) -> Accepted | Refused | TooMany:
    return confirm_passkey(
        user_pk=client.user_id, challenge=challenge, credential=credential, event="login", by="visitor"
    )


def add(client: Client, challenge: str, credential: str) -> PasskeyAdded | TooManyPasskeys | Refused | TooMany:
    return add_passkey(user_pk=client.user_id, challenge=challenge, credential=credential, name="clé", by="user:1")


@pytest.fixture
def key() -> SoftKey:
    return SoftKey()


@pytest.fixture
def passkey(helene: Client, key: SoftKey) -> Passkey:
    return a_passkey(helene, key)


@pytest.fixture
def asked(helene: Client, passkey: Passkey) -> Challenge:
    return passkey_challenge(helene.user)


def test_a_key_is_registered(helene: Client, passkey: Passkey) -> None:
    assert (passkey.user, passkey.name, passkey.confirmed) == (helene.user, "mon téléphone", True)
    assert (passkey.sign_count, passkey.transports) == (1, ["internal"])
    assert journal_kinds()[-1] == "factor_added"


def test_elliptic_curves_alone_are_asked_for(helene: Client) -> None:
    asked = json.loads(new_passkey_challenge(helene.user).options)["pubKeyCredParams"]
    assert [one["alg"] for one in asked] == [-8, -7]


@pytest.mark.parametrize("algorithm", [-257, -259])  # RS256, RS512
def test_an_rsa_key_is_refused(helene: Client, algorithm: int) -> None:
    made = new_passkey_challenge(helene.user)
    assert add(helene, made.challenge, RSAKey(algorithm=algorithm).create(made.options)) == Refused()
    assert not Passkey.objects.exists()


def test_the_options_name_nobody_and_exclude_what_is_there(helene: Client, passkey: Passkey) -> None:
    options = json.loads(new_passkey_challenge(helene.user).options)
    assert options["rp"]["id"] == "localhost"
    assert str(helene.user.identifier) not in json.dumps(options)
    assert [key["id"] for key in options["excludeCredentials"]] == [passkey.credential_id]


def test_the_handle_of_a_client_stays_the_same(helene: Client, ousmane: Client) -> None:
    handles = [json.loads(new_passkey_challenge(c.user).options)["user"]["id"] for c in (helene, helene, ousmane)]
    assert handles[0] == handles[1] != handles[2]


def test_a_signature_opens(helene: Client, key: SoftKey, passkey: Passkey, asked: Challenge) -> None:
    outcome = confirm(helene, asked.challenge, key.sign(asked.options))
    assert isinstance(outcome, Accepted)
    assert outcome.user.otp_device == passkey
    passkey.refresh_from_db()
    assert passkey.sign_count == 2
    assert passkey.last_used_at is not None
    assert journal_kinds()[-1] == "login"


def test_a_challenge_serves_once(helene: Client) -> None:
    """Synchronised keys count nothing: the challenge alone stops a second use."""
    key = SoftKey(counts=False)
    a_passkey(helene, key)
    asked = passkey_challenge(helene.user)
    answer = key.sign(asked.options)
    assert isinstance(confirm(helene, asked.challenge, answer), Accepted)
    assert confirm(helene, asked.challenge, answer) == Refused()


def test_a_refused_answer_spends_the_challenge(helene: Client, key: SoftKey, asked: Challenge) -> None:
    assert confirm(helene, asked.challenge, "{}") == Refused()
    assert confirm(helene, asked.challenge, key.sign(asked.options)) == Refused()


def test_no_challenge_opens_nothing(helene: Client, key: SoftKey, asked: Challenge) -> None:
    empty = json.dumps({**json.loads(asked.options), "challenge": ""})
    assert confirm(helene, "", key.sign(empty)) == Refused()
    made = json.loads(new_passkey_challenge(helene.user).options)
    another = SoftKey(identifier=b"another")
    assert add(helene, "", another.create(json.dumps({**made, "challenge": ""}))) == Refused()


def test_a_copied_key_is_seen_by_its_count(helene: Client, key: SoftKey, asked: Challenge) -> None:
    confirm(helene, asked.challenge, key.sign(asked.options))
    key.count = 1
    again = passkey_challenge(helene.user)
    assert confirm(helene, again.challenge, key.sign(again.options)) == Refused()


@pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON"])
def test_one_other_bit_is_refused(helene: Client, key: SoftKey, asked: Challenge, part: str) -> None:
    assert confirm(helene, asked.challenge, with_other_bytes(key.sign(asked.options), part)) == Refused()
    assert journal_kinds()[-1] == "factor_refused"


def test_another_site_a_stranger_and_another_challenge_are_refused(
    helene: Client, ousmane: Client, key: SoftKey, asked: Challenge
) -> None:
    key.origin = "https://pretgage.example"
    assert confirm(helene, asked.challenge, key.sign(asked.options)) == Refused()
    key.origin = "http://localhost:8000"
    elsewhere = passkey_challenge(helene.user)
    assert confirm(helene, elsewhere.challenge, key.sign(asked.options)) == Refused()
    stolen = passkey_challenge(ousmane.user)
    assert confirm(ousmane, stolen.challenge, key.sign(stolen.options)) == Refused()


def test_a_closed_account_opens_nothing(helene: Client, key: SoftKey, asked: Challenge) -> None:
    User.objects.filter(pk=helene.user_id).update(is_active=False)
    assert confirm(helene, asked.challenge, key.sign(asked.options)) == Refused()


def test_a_sixth_answer_waits(helene: Client, key: SoftKey, passkey: Passkey) -> None:
    for _ in range(5):
        asked = passkey_challenge(helene.user)
        confirm(helene, asked.challenge, "{}")
    asked = passkey_challenge(helene.user)
    assert isinstance(confirm(helene, asked.challenge, key.sign(asked.options)), TooMany)


def test_five_keys_at_most(helene: Client) -> None:
    for n in range(MOST_PASSKEYS):
        a_passkey(helene, SoftKey(identifier=b"key-%d" % n))
    made = new_passkey_challenge(helene.user)
    assert add(helene, made.challenge, SoftKey().create(made.options)) == TooManyPasskeys()


def test_a_key_belongs_to_one_account(helene: Client, ousmane: Client, key: SoftKey, passkey: Passkey) -> None:
    for client in (helene, ousmane):
        made = new_passkey_challenge(client.user)
        assert add(client, made.challenge, key.create(made.options)) == Refused()
    assert Passkey.objects.get() == passkey


def test_a_registration_of_another_site_is_refused(helene: Client) -> None:
    made = new_passkey_challenge(helene.user)
    assert add(helene, made.challenge, SoftKey(origin="https://pretgage.example").create(made.options)) == Refused()
    made = new_passkey_challenge(helene.user)
    key = SoftKey()
    assert add(helene, made.challenge, with_other_bytes(key.create(made.options), "clientDataJSON")) == Refused()
    made = new_passkey_challenge(helene.user)
    assert add(helene, "AAAA", key.create(made.options)) == Refused()


def test_a_challenge_registers_once(helene: Client) -> None:
    made = new_passkey_challenge(helene.user)
    assert isinstance(add(helene, made.challenge, SoftKey(identifier=b"one").create(made.options)), PasskeyAdded)
    assert add(helene, made.challenge, SoftKey(identifier=b"two").create(made.options)) == Refused()


def read_all(passkey: Passkey, credential: str) -> set[Any]:
    return {
        passkeys.read_registration(credential, challenge="AAAA"),
        passkeys.read_authentication(credential, challenge="AAAA", passkey=passkey),
    }


STORED = Passkey(credential_id="AAAA", public_key="AAAA", sign_count=0)


@given(text=st.text(st.characters(), max_size=200))
@example(text="\ud800")
@example(text="[" * 15_000)
@example(text="9" * 15_000)
@example(text="9" * 1_000_000)
@example(text='{"id": "' + "\x00" * 20 + '"}')
@hostile
def test_any_text_is_a_refusal(text: str) -> None:
    assert read_all(STORED, text) == {None}
    assert passkeys.credential_id(text) == ""


@given(part=st.sampled_from(PARTS + RESPONSE_PARTS), junk=JUNK)
@example(part="response", junk=[])
@example(part="clientDataJSON", junk="W10")
@hostile
def test_any_part_of_a_wrong_type_is_a_refusal(part: str, junk: Any) -> None:
    key = SoftKey()
    made = passkeys.read_registration(key.create(ASKED), challenge="AAAA")
    assert made is not None
    stored = Passkey(credential_id=made.credential_id, public_key=made.public_key, sign_count=1)
    created, signed = with_part(key.create(ASKED), part, junk), with_part(key.sign(ASKED), part, junk)
    assert part in UNREAD or passkeys.read_registration(created, challenge="AAAA") is None
    assert part in UNREAD or passkeys.read_authentication(signed, challenge="AAAA", passkey=stored) is None
    assert isinstance(passkeys.credential_id(signed), str)


def with_part(credential: str, part: str, junk: Any) -> str:
    facts = json.loads(credential)
    (facts if part in PARTS else facts["response"])[part] = junk
    return json.dumps(facts)


@given(attestation=st.binary(max_size=300), client_data=st.binary(max_size=100))
@hostile
def test_any_bytes_inside_are_a_refusal(attestation: bytes, client_data: bytes) -> None:
    key = SoftKey()
    facts = json.loads(key.create(ASKED))
    for parts in (
        {"attestationObject": bytes_to_base64url(attestation)},
        {"clientDataJSON": bytes_to_base64url(client_data)},
    ):
        changed = {**facts, "response": {**facts["response"], **parts}}
        assert passkeys.read_registration(json.dumps(changed), challenge="AAAA") is None


@pytest.mark.parametrize("said", ["", "é", "AA==", "\x00", "A" * 1401, "\n", None, 5, ["A"]])
def test_what_is_no_identifier_finds_no_key(said: object) -> None:
    assert passkeys.credential_id(json.dumps({"id": said})) == ""
