"""What has to agree before a release, and the list of what is in it."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest
import yaml

from bot import __version__

ROOT = Path(__file__).parents[2]


def script(name: str) -> ModuleType:
    """A script of `deploy/`, which is no package."""
    spec = importlib.util.spec_from_file_location(f"deploy_{name}", ROOT / "deploy" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


release, sbom = script("release"), script("sbom")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project that agrees, committed and tagged."""
    files = {
        "bot/__init__.py": '__version__ = "1.2.3"\n',
        "scoring/__init__.py": "", "storage/__init__.py": "",
        "CHANGELOG.md": "# Changelog\n\n## [1.2.3] - 2026-11-30\n\n- New.\n\n## [1.2.2] - 2026-10-01\n\n- Old.\n",
        "README.md": "Install tend_partnerships-1.2.3-py3-none-any.whl\n",
        "docs/a.md": "none\n",
        ".dockerignore": "# Only these\n*\n!bot\n!scoring\n!storage\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    commit(tmp_path, "init", "-q")
    commit(tmp_path, "tag", "v1.2.3")
    return tmp_path


def commit(folder: Path, *first: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for words in (
        (first, ("add", "-A"), ("commit", "-q", "--allow-empty", "-m", "x")) if first[0] == "init" else (first,)
    ):
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def problems(root: Path) -> list[str]:
    tracked = release.tracked_files(root)
    return [
        *release.git_problems(root, "v1.2.3"),
        *release.changelog_problems(root, "1.2.3"),
        *release.document_problems(root, "1.2.3"),
        *release.context_problems(root, tracked),
    ]


def test_what_agrees_has_no_problem(tree: Path) -> None:
    assert release.read_version(tree) == "1.2.3"
    assert problems(tree) == []
    assert release.release_notes(tree, "1.2.3") == "- New.\n"
    assert release.release_notes(tree, "1.2.2") == "- Old.\n"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "CHANGELOG.md",
            "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-30\n",
            "begins with Unreleased, not with",
        ),
        ("CHANGELOG.md", "# Changelog\n\n## [1.2.3]\n", "has no day"),
        ("docs/a.md", "pipx install tend_partnerships-1.2.2-py3-none-any.whl\n", "docs/a.md names version 1.2.2"),
        ("bot/secret.py", "", "the image would have bot/secret.py, which is not committed"),
        (".dockerignore", "# Only these\n*\n!bot\n!scoring\n!README.txt\n", "the image lacks storage"),
    ],
)
def test_what_does_not_agree_is_told(tree: Path, name: str, text: str, words: str) -> None:
    (tree / name).write_text(text)
    told = problems(tree)
    assert "there are changes that are not committed" in told
    assert any(words in problem for problem in told), told


def test_a_tag_that_is_missing_or_elsewhere_is_told(tree: Path) -> None:
    commit(tree, "commit", "-q", "--allow-empty", "-m", "later")
    assert problems(tree) == ["the tag v1.2.3 is of another commit"]
    commit(tree, "tag", "--delete", "v1.2.3")
    assert problems(tree) == ["there is no tag v1.2.3: git tag --annotate v1.2.3"]


def test_a_wheel_that_is_not_the_tree_is_told(tmp_path: Path) -> None:
    wheel = tmp_path / "tend_partnerships-1.2.2-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        for name in ("bot/__init__.py", "bot/gone.py", "tend_partnerships-1.2.2.dist-info/METADATA"):
            archive.writestr(name, "")
    assert list(release.wheel_problems(wheel, "1.2.3", {"bot/__init__.py", "storage/new.py", "tests/x.py"})) == [
        "the wheel is tend_partnerships-1.2.2-py3-none-any.whl, not tend_partnerships-1.2.3-py3-none-any.whl",
        "the wheel has bot/gone.py",
        "the wheel lacks storage/new.py",
    ]


def test_the_changelog_begins_with_this_version() -> None:
    """Or with what comes after it."""
    headings = [found[1] for found in release.HEADING.finditer((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))]
    assert __version__ in headings[:2]
    assert headings[0] in (__version__, "Unreleased")


def test_the_list_has_every_pinned_library_and_is_the_same_each_time() -> None:
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    document = sbom.bill_of_materials(requirements, __version__)
    assert document == sbom.bill_of_materials(requirements, __version__)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    listed = {(each["name"], each["version"]) for each in document["components"]}
    assert listed == set(re.findall(r"^(\S+?)==(\S+)", requirements, re.MULTILINE))
    references = [each["bom-ref"] for each in document["components"]]
    assert len(references) == len(set(references))
    (bolt,) = [each for each in document["components"] if each["name"] == "slack-bolt"]
    assert bolt["licenses"][0]["license"]["name"].startswith("MIT")
    assert bolt["purl"] == f"pkg:pypi/slack-bolt@{bolt['version']}"


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_what_the_forge_reads_is_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


def test_the_forge_runs_what_ci_runs() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert commands == ["bash .ci/run"]


def test_the_scripts_start() -> None:
    done = subprocess.run([sys.executable, ROOT / "deploy" / "sbom.py"], capture_output=True, check=True)
    assert done.stdout.startswith(b"{")
