"""docs/security.md cannot rot: whatever it names exists, and no limit is left out of it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENT = ROOT / "docs" / "security.md"
WORDS = DOCUMENT.read_text(encoding="utf-8")
PROOFS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", WORDS)))
FILES = sorted(set(re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:py|md|yml|txt|toml))`", WORDS)) - {"manage.py"})


@cache
def functions_of(path: Path) -> frozenset[str]:
    """Read, not imported. Those of classes too, which the document names without their class."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_it_names_its_proofs() -> None:
    assert len(PROOFS) > 200


@pytest.mark.parametrize(("path", "function"), PROOFS, ids=[f"{path}::{function}" for path, function in PROOFS])
def test_a_proof_exists(path: str, function: str) -> None:
    assert (ROOT / path).is_file()
    assert function in functions_of(ROOT / path)
    assert function.startswith("test_")


def test_a_proof_is_written_so_that_it_is_checked() -> None:
    """Every `::` is one of those above: a slip of the writing would hide a name from the test."""
    assert WORDS.count("::") == len(re.findall(r"`tests/[\w/]+\.py::\w+`", WORDS))


@pytest.mark.parametrize("path", FILES)
def test_a_file_exists(path: str) -> None:
    assert (ROOT / path).is_file()


def test_every_limit_is_described() -> None:
    tree = ast.parse((ROOT / "accounts" / "limits.py").read_text(encoding="utf-8"))
    limits = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    assert limits
    assert [name for name in limits if f"`{name}`" not in WORDS] == []


def test_no_requirement_is_answered_twice() -> None:
    answered = re.findall(r"^- \*\*(\d+\.\d+\.\d+)\*\* L[123]", WORDS, re.MULTILINE)
    assert len(answered) > 150
    assert len(answered) == len(set(answered))


def test_its_lines_fit_a_screen() -> None:
    assert [line for line in WORDS.splitlines() if len(line) > 130] == []
