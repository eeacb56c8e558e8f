"""What the image is made of is written down, and what is known against it is read strictly."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import run_audit as audit
import sbom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

GOOD: dict[str, Any] = {"name": "django", "version": "5.2.19", "vulns": []}
BAD: dict[str, Any] = {
    "name": "pillow", "version": "13.0.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["13.0.1"], "aliases": []}],
}  # fmt: skip
UNKNOWN: dict[str, Any] = {"name": "celery", "skip_reason": "Dependency not found on PyPI"}


def test_the_bill_is_that_of_the_pinned_requirements() -> None:
    assert sbom.SBOM.read_text("utf-8") == sbom.written(), "bin/sbom.py writes it"


def test_the_check_fails_on_another_one(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(sbom, "SBOM", tmp_path / "sbom.cdx.json")
    monkeypatch.setattr(sys, "argv", ["sbom.py", "--check"])
    for content in ("", "{}"):
        sbom.SBOM.write_text(content)
        with pytest.raises(SystemExit, match=r"bin/sbom\.py"):
            sbom.main()


def test_it_is_cyclonedx_and_names_every_pinned_package_once_with_its_hashes() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.written()) is None
    packages = sbom.packages((sbom.ROOT / "requirements.txt").read_text("utf-8"))
    pinned = (sbom.ROOT / "requirements.txt").read_text("utf-8").count("==")
    names = {one["name"] for one in packages}
    assert len(names) == len(packages) > 80
    assert {"django", "celery", "psycopg", "pillow"} <= names
    assert all(one["externalReferences"][0]["hashes"] for one in packages)
    assert pinned >= len(packages)


def test_every_font_and_list_that_is_kept_here_is_in_it() -> None:
    fonts = {f"web/printing/fonts/{font.name}" for font in (sbom.ROOT / "web/printing/fonts").glob("*.ttf")}
    assert fonts <= {path for path, _, _ in sbom.KEPT_HERE}
    assert [path for path, _, _ in sbom.KEPT_HERE if not (sbom.ROOT / path).is_file()] == []


def test_nothing_known_is_said_only_when_all_was_heard() -> None:
    assert audit.judged([GOOD]) == (["1 composants, aucune vulnérabilité connue."], 0)
    for components in ([], [GOOD, UNKNOWN]):
        sentences, status = audit.judged(components)
        assert status == audit.UNHEARD
        assert "rien n’est prouvé" in sentences[-1]


def test_a_hole_is_named_with_its_mend_and_the_terms() -> None:
    sentences, status = audit.judged([GOOD, BAD])
    assert status == 1
    assert sentences == ["pillow 13.0.0\u00a0: PYSEC-2026-1, corrigée par 13.0.1.", audit.TERMS]
    assert audit.judged([BAD, UNKNOWN])[1] == audit.UNHEARD


def test_a_tool_that_says_no_json_proves_nothing(monkeypatch: Any, capsys: Any) -> None:
    silent = subprocess.CompletedProcess([], 1, stdout="", stderr="no network")
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: silent)
    with pytest.raises(SystemExit) as end:
        audit.main()
    assert end.value.code == audit.UNHEARD
    assert "rien n’est prouvé" in capsys.readouterr().out
