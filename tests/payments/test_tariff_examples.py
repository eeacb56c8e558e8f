"""A tariff is held to the sums that its own file gives as examples."""

from pathlib import Path

import pytest
from establishment_toml import GOOD

from payments.establishment_file import FileError, read_establishment_file

EXAMPLE = """
[[tariffs.examples]]
principal = "1000"
from = 2026-06-02
until = 2026-12-02
expected = "59.20"
"""


def read(folder: Path, text: str) -> None:
    path = folder / "nantes.toml"
    path.write_text(text, "utf-8")
    read_establishment_file(path, reserved_slugs=frozenset(), is_production=False)


def with_example(*changes: tuple[str, str]) -> str:
    """The good file without its logo and with one tariff, then the example."""
    head, _, tail = GOOD.replace('logo = "nantes.svg"\n', "").partition("[[tariffs]]")
    example = EXAMPLE
    for old, new in changes:
        assert old in example
        example = example.replace(old, new)
    return f"{head}[[tariffs]]{tail.partition('[[tariffs]]')[0]}{example}"


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [('"1000"', '"250"'), ('"59.20"', '"14.80"')],
        [('"1000"', '"8000"'), ('"59.20"', '"339.68"')],
        [('"59.20"', '"70.36"\nfees = "11.16"')],
    ],
)
def test_the_published_sums_hold(tmp_path: Path, changes: list[tuple[str, str]]) -> None:
    read(tmp_path, with_example(*changes))


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        (('"59.20"', '"59.21"'), "expected", "les règles de ce tarif donnent 59,20"),
        (('"1000"', "1000"), "principal", "une somme entre guillemets"),
        (("until = 2026-12-02", "until = 2026-06-02"), "until", "un jour après"),
        (("until = 2026-12-02\n", ""), "until", "clé manquante"),
        (("principal", "capital"), "principal", "clé manquante"),
        (('"59.20"', '"59.20"\nnote = "x"'), "note", "clé inconnue"),
    ],
)
def test_a_file_that_misses_its_own_example_is_refused(
    tmp_path: Path, change: tuple[str, str], key: str, words: str
) -> None:
    with pytest.raises(FileError, match=words) as refusal:
        read(tmp_path, with_example(change))
    assert refusal.value.key == f"tariffs[1].examples[1].{key}"
