"""What is refused as a password, and the sentence that says why."""

import ast
import random
import re
import time
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn import feedback

from accounts import guessing
from accounts.guessing import FRENCH, LEAST_SCORE, SUGGESTIONS, WARNINGS, dates_of, guess
from accounts.models import Client, User
from accounts.password_rules import GuessabilityValidator


def refusal(password: str, user: User | None = None) -> str:
    """What is said against it; empty: it is taken."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("azertyuiop2026", "beaucoup de gens choisissent"),
        ("motdepassebonjour", "ni les mots «\N{NO-BREAK SPACE}mot de passe\N{NO-BREAK SPACE}»"),
        ("doudouchouchou", "beaucoup de gens choisissent"),
        ("m0n@mour2024!", "Remplacer a par @ n’aide presque pas."),
        ("chocolatchocolat", "Un morceau répété se devine vite."),
        ("aaaaaaaaaaaaaaaa", "Un caractère répété se devine vite."),
        ("abcdefghijklmn", "Les suites comme abc ou 6543 se devinent vite."),
        ("qwertyuiop123", "C’est un mot de passe très courant."),
        ("zxcvbnm,./zxcvbnm,./", "Un morceau répété se devine vite."),
    ],
)
def test_what_is_guessed_soon_is_refused_with_the_reason(password: str, why: str) -> None:
    assert why in refusal(password)


@pytest.mark.parametrize(
    "password",
    [
        "le-chat-dort-au-soleil",
        "motus et bouche cousue",
        "kqzvbxwmtpdé",
        "Trois poules au marché",
        "山川雨雪花鳥風月春夏秋冬",
    ],
)
def test_a_sentence_is_taken(password: str) -> None:
    assert refusal(password) == ""


@pytest.mark.parametrize("password", ["31051950helene", "Helene.31.05.1950", "nantes31051950", "client44000!!"])
@pytest.mark.django_db
def test_what_is_known_of_the_client_is_guessed_first(helene: Client, password: str) -> None:
    helene.city, helene.postal_code = "Nantes", "44000"
    helene.user.client = helene
    assert refusal(password, helene.user) != ""


@pytest.mark.django_db
def test_an_agents_address_is_guessed_first(agent: User) -> None:
    agent.username = "celestine.quenneville@example.fr"
    assert "sait de vous" in refusal("celestinequenneville", agent)


def test_a_wrong_length_is_said_once() -> None:
    assert refusal("azerty").count("devine") == 0
    assert refusal("a" * 200).count("devine") == 0
    assert "devine" in GuessabilityValidator().get_help_text()


def test_accents_do_not_hide_a_word() -> None:
    assert guess("dôudôuchôuchôu", []) == guess("doudouchouchou", [])


@pytest.mark.parametrize("typed", ["00000000\n", "0000000\n\ufffd", "000000\n00", "1950-05-3\n"])
def test_the_end_of_a_line_among_digits_is_read(typed: str) -> None:
    assert guess(typed, []).score < LEAST_SCORE


def test_words_of_one_person_are_not_kept_for_the_next() -> None:
    assert guess("zorglubquimper", ["zorglub", "quimper"]).score < LEAST_SCORE
    assert guess("zorglubquimper", []).score >= LEAST_SCORE


def test_a_birthday_is_tried_in_every_writing() -> None:
    assert dates_of(date(1950, 5, 31))[:3] == ["31051950", "310550", "19500531"]


def test_the_worst_password_takes_a_moment_and_no_more() -> None:
    worst = "4@8({[<3691!|70$5+%2aA" * 6
    started = time.process_time()
    guess(worst[:128], ["x"])
    assert time.process_time() - started < 3, "0.6 s on a quiet machine"


def test_every_sentence_of_zxcvbn_is_translated() -> None:
    """Read from its source: a new version with a new sentence fails here."""
    source = ast.parse(Path(feedback.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(source) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_"]
    said = {ast.literal_eval(call.args[0]) for call in calls}
    assert said == set(WARNINGS) | set(SUGGESTIONS)


def test_an_unknown_sentence_of_zxcvbn_gets_a_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    new = {"warning": "Brand new.", "suggestions": ["Brand new."]}
    monkeypatch.setattr(feedback, "get_feedback", lambda score, sequence: new)
    assert guess("qzjxkvbw", []).why == guessing.GENERIC
    assert guess("qzjxkvbw", []).advice == [guessing.ADVICE]


def test_the_french_list_is_plain() -> None:
    assert len(FRENCH) == len(set(FRENCH)) > 150
    assert all(re.fullmatch("[a-z0-9]{2,16}", word) for word in FRENCH)


@given(st.text(max_size=140))
@settings(max_examples=60, deadline=None)
def test_anything_gets_an_answer(password: str) -> None:
    assert isinstance(refusal(password), str)


def test_random_letters_are_taken() -> None:
    letters = random.Random(7)  # noqa: S311 - the same in every run
    for _ in range(10):
        assert refusal("".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=14))) == ""
