"""Print what is in a release, as CycloneDX: `make sbom`. The libraries are those that requirements.txt pins."""

import json
import re
import sys
import uuid
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from bot import __version__

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: *; *([^\\]+?))?(?: *\\)?$", re.MULTILINE)
NAME = "tend-partnerships"


def bill_of_materials(requirements: str, version: str) -> dict[str, Any]:
    """Return the document. It is the same for the same release."""
    components = [_component(*found) for found in PINNED.findall(requirements)]
    application = {
        "type": "application", "bom-ref": NAME, "name": NAME, "version": version, "purl": f"pkg:pypi/{NAME}@{version}",
        "licenses": [{"license": {"id": "MIT"}}],
    }  # fmt: skip
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, version + requirements)}",
        "version": 1,
        "metadata": {"component": application},
        "components": components,
        "dependencies": [{"ref": NAME, "dependsOn": [each["bom-ref"] for each in components]}],
    }


def _component(name: str, version: str, marker: str) -> dict[str, Any]:
    purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
    component: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if license_name := _license(name, version):
        component["licenses"] = [{"license": {"name": license_name}}]
    if marker:
        component["properties"] = [{"name": "python:marker", "value": marker}]
    return component


def _license(name: str, version: str) -> str | None:
    """Return what the installed library says its license is, if it is the pinned one."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None  # for another system, as the marker says
    if found["Version"] != version:
        return None
    classifiers = [line.rpartition(" :: ")[2] for line in found.get_all("Classifier") or [] if "License ::" in line]
    text = found.get("License-Expression") or ", ".join(classifiers) or found.get("License") or ""
    return text.splitlines()[0].strip() if text.strip() else None


if __name__ == "__main__":
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    json.dump(bill_of_materials(requirements, __version__), sys.stdout, indent=2)
    sys.stdout.write("\n")
