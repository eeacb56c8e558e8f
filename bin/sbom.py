"""docs/sbom.cdx.json: what the image is made of, as CycloneDX 1.6. It has no date: it changes with its matter alone.

`bin/sbom.py` writes it; `bin/sbom.py --check` fails when it is not that of requirements.txt and of what is kept here.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
SBOM: Final = ROOT / "docs" / "sbom.cdx.json"
PINNED: Final = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)")
# What others made and this repository holds: file, name, licence (SPDX).
KEPT_HERE: Final = (
    ("web/printing/fonts/DejaVuSans.ttf", "DejaVu Sans", "Bitstream-Vera"),
    ("web/printing/fonts/NotoSans-Regular.ttf", "Noto Sans", "OFL-1.1"),
    ("web/printing/fonts/NotoSans-Bold.ttf", "Noto Sans Bold", "OFL-1.1"),
    ("web/printing/fonts/NotoSansArabic-Regular.ttf", "Noto Sans Arabic", "OFL-1.1"),
    ("web/printing/fonts/Vollkorn-SemiBold.ttf", "Vollkorn SemiBold", "OFL-1.1"),
    ("accounts/leaked_passwords.txt.gz", "SecLists, leaked passwords", "MIT"),
)


def main() -> None:
    wanted = written()
    if "--check" not in sys.argv[1:]:
        SBOM.write_text(wanted, "utf-8")
    elif not SBOM.is_file() or SBOM.read_text("utf-8") != wanted:
        sys.exit("docs/sbom.cdx.json n’est pas celui de requirements.txt : lancez bin/sbom.py.")


def written() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [*packages((ROOT / "requirements.txt").read_text("utf-8")), *map(kept_here, KEPT_HERE)],
    }
    return json.dumps(bill, indent=1, ensure_ascii=False) + "\n"


def packages(requirements: str) -> list[dict[str, Any]]:
    """The hashes are those of every file that an installation would take, wheels and source."""
    found: list[dict[str, Any]] = []
    for line in requirements.splitlines():
        if pinned := PINNED.match(line):
            name, version = pinned.groups()
            purl = f"pkg:pypi/{name}@{version}"
            files = {"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/", "hashes": []}
            found.append({
                "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
                "externalReferences": [files],
            })  # fmt: skip
        elif sha := re.search(r"--hash=sha256:([0-9a-f]{64})", line):
            found[-1]["externalReferences"][0]["hashes"].append({"alg": "SHA-256", "content": sha[1]})
    return found


def kept_here(kept: tuple[str, str, str]) -> dict[str, Any]:
    path, name, licence = kept
    return {"type": "file", "bom-ref": path, "name": name, "licenses": [{"license": {"id": licence}}]}


if __name__ == "__main__":
    main()
