"""Code shared with the portal could share its mistakes: the bank imports the standard library and Django's command."""

import ast
import sys
from pathlib import Path

import pytest

import testbank

SOURCES = sorted(Path(testbank.__file__).parent.rglob("*.py"))
DJANGO = {"django.apps", "django.conf", "django.core.management.base"}


def imported_modules(source: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found.update(name.name for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module)
            case ast.ImportFrom():
                pytest.fail(f"{source}: relative import")
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_it_imports_nothing_of_the_portal(source: Path) -> None:
    foreign = {
        name for name in imported_modules(source) if name.split(".")[0] not in {*sys.stdlib_module_names, "testbank"}
    }
    assert foreign <= (DJANGO if source.name in {"apps.py", "testbank.py"} else set())
