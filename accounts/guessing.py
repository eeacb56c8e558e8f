"""How soon a password would be guessed, and why: zxcvbn, with French words, in French sentences."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from zxcvbn import feedback, matching, scoring, time_estimates

# Of 4: « safely unguessable », more than a hundred million tries.
LEAST_SCORE: Final = 3
# Time grows with the square of the length and with the substitutes for letters: under a second for 32 characters.
READ: Final = 32
FRENCH: Final = [
    line
    for line in (Path(__file__).parent / "french_passwords.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
FRENCH_RANKS: Final = {word: rank for rank, word in enumerate(FRENCH, 1)}

GENERIC: Final = "Ce qui le compose est trop courant."
OWN_LISTS: Final = {
    "french": "Il contient un mot que beaucoup de gens choisissent.",
    "user_inputs": "Il contient ce que l’on sait de vous ou du site\N{NO-BREAK SPACE}: un nom, une date, une ville.",
}
ADVICE: Final = "Ajoutez un mot ou deux, sans rapport entre eux."
WARNINGS: Final = {
    "Straight rows of keys are easy to guess.": "Les touches qui se suivent sur le clavier se devinent vite.",
    "Short keyboard patterns are easy to guess.": "Les touches qui se suivent sur le clavier se devinent vite.",
    'Repeats like "aaa" are easy to guess.': "Un caractère répété se devine vite.",
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': "Un morceau répété se devine vite.",
    'Sequences like "abc" or "6543" are easy to guess.': "Les suites comme abc ou 6543 se devinent vite.",
    "Recent years are easy to guess.": "Une année récente se devine vite.",
    "Dates are often easy to guess.": "Une date se devine vite.",
    "This is a top-10 common password.": "C’est un des mots de passe les plus courants.",
    "This is a top-100 common password.": "C’est un des mots de passe les plus courants.",
    "This is a very common password.": "C’est un mot de passe très courant.",
    "This is similar to a commonly used password.": "Il ressemble à un mot de passe courant.",
    "A word by itself is easy to guess.": "Un mot seul se devine vite.",
    "Names and surnames by themselves are easy to guess.": "Un nom ou un prénom se devine vite.",
    "Common names and surnames are easy to guess.": "Un nom ou un prénom se devine vite.",
}
SUGGESTIONS: Final = {
    "Use a few words, avoid common phrases.": ADVICE,
    "No need for symbols, digits, or uppercase letters.": "Les chiffres et les majuscules ne sont pas nécessaires.",
    "Add another word or two. Uncommon words are better.": ADVICE,
    "Use a longer keyboard pattern with more turns.": "Évitez les touches voisines.",
    "Avoid repeated words and characters.": "Évitez les mots et les caractères répétés.",
    "Avoid sequences.": "Évitez les suites.",
    "Avoid recent years.": "Évitez les années récentes.",
    "Avoid years that are associated with you.": "Évitez les années qui comptent pour vous.",
    "Avoid dates and years that are associated with you.": "Évitez les dates qui comptent pour vous.",
    "Capitalization doesn't help very much.": "Une majuscule au début n’aide presque pas.",
    "All-uppercase is almost as easy to guess as all-lowercase.": "Tout en majuscules n’aide presque pas.",
    "Reversed words aren't much harder to guess.": "Un mot à l’envers n’est presque pas plus sûr.",
    "Predictable substitutions like '@' instead of 'a' don't help very much.": "Remplacer a par @ n’aide presque pas.",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """`score`: 0 (at once) to 4 (never); `why` and `advice` are sentences for a score under `LEAST_SCORE`."""

    score: int
    why: str
    advice: list[str]


def guess(password: str, known: Iterable[str]) -> Guess:
    """`known`: words of the person, which anyone who knows them would try first.

    Not `zxcvbn.zxcvbn`: it keeps these words in a dictionary that all threads share.
    """
    # zxcvbn takes digits and the end of a line for a date, and fails to read them.
    plain = re.sub(r"\s", " ", without_accents(password))
    words = {word: rank for rank, word in enumerate(dict.fromkeys(without_accents(word).lower() for word in known), 1)}
    dictionaries = {**matching.RANKED_DICTIONARIES, "french": FRENCH_RANKS, "user_inputs": words}
    # « Helene.31.05.1950 » is no better than without its dots.
    readings = {plain[:READ], re.sub(r"[\W_]", "", plain)[:READ]} - {""}
    guesses = [_guess(reading, dictionaries) for reading in sorted(readings)]
    return min(guesses, key=lambda one: one.score, default=Guess(0, GENERIC, [ADVICE]))


def _guess(seen: str, dictionaries: dict[str, dict[str, int]]) -> Guess:
    found = scoring.most_guessable_match_sequence(seen, matching.omnimatch(seen, dictionaries))
    score = int(time_estimates.estimate_attack_times(found["guesses"])["score"])
    said = feedback.get_feedback(score, found["sequence"])
    advice = dict.fromkeys(SUGGESTIONS.get(one, ADVICE) for one in said["suggestions"])
    return Guess(score, _why(said["warning"], found["sequence"]), list(advice))


def _why(warning: str, sequence: list[dict[str, Any]]) -> str:
    """zxcvbn has no words for the lists that it was given."""
    lists = [match["dictionary_name"] for match in sequence if match["pattern"] == "dictionary"]
    ours = [OWN_LISTS[name] for name in reversed(OWN_LISTS) if name in lists]
    return WARNINGS.get(warning) or next(iter(ours), GENERIC)


def dates_of(day: date) -> list[str]:
    """As people write their birthday in a password."""
    return [day.strftime(form) for form in ("%d%m%Y", "%d%m%y", "%Y%m%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y")]


def without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
