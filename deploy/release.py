"""Check that all parts of a release agree, and make its files in `dist/`: `make release`.

It builds the wheel from the committed files alone. It publishes nothing and sets no tag.
"""

import io
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "scoring", "storage")
VERSION = re.compile(r'^__version__ = "(\d+\.\d+\.\d+)"$', re.MULTILINE)
HEADING = re.compile(r"^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?$", re.MULTILINE)
MENTION = re.compile(r"tend[_-]partnerships-(\d+\.\d+\.\d+)")


def main() -> int:
    """Print what does not agree, or make the release's files. Return the exit code."""
    version = read_version(ROOT)
    tag = f"v{version}"
    problems = [*git_problems(ROOT, tag), *changelog_problems(ROOT, version), *document_problems(ROOT, version)]
    problems += context_problems(ROOT, tracked_files(ROOT))
    dist = ROOT / "dist"
    dist.mkdir(exist_ok=True)
    wheel = build_wheel(ROOT, dist)
    problems += wheel_problems(wheel, version, tracked_files(ROOT))
    for problem in problems:
        print(f"✗ {problem}")
    if problems:
        return 1
    notes = dist / f"notes-{version}.md"
    notes.write_text(release_notes(ROOT, version), encoding="utf-8")
    print(f"✓ {version} agrees: tag, changelog, documents, wheel and image. In dist/: {wheel.name}, {notes.name}")
    return 0


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def tracked_files(root: Path) -> set[str]:
    return set(git(root, "ls-files").splitlines())


def read_version(root: Path) -> str:
    """Return the version, which stands in one place."""
    found = VERSION.search((root / "bot" / "__init__.py").read_text(encoding="utf-8"))
    assert found, "bot/__init__.py has no __version__"
    return found[1]


def git_problems(root: Path, tag: str) -> Iterator[str]:
    """Yield what is wrong with the tag or the work tree."""
    if git(root, "status", "--porcelain"):
        yield "there are changes that are not committed"
    if tag not in git(root, "tag", "--list").splitlines():
        yield f"there is no tag {tag}: git tag --annotate {tag}"
    elif git(root, "rev-list", "-1", tag) != git(root, "rev-parse", "HEAD"):
        yield f"the tag {tag} is of another commit"


def changelog_problems(root: Path, version: str) -> Iterator[str]:
    """Yield what is wrong with the newest heading of the changelog."""
    found = HEADING.search((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if found is None or found[1] != version:
        yield f"CHANGELOG.md begins with {found[1] if found else 'nothing'}, not with {version}"
    elif found[2] is None:
        yield f"CHANGELOG.md has no day for {version}"


def document_problems(root: Path, version: str) -> Iterator[str]:
    """Yield each document that names another version's wheel."""
    for path in (root / "README.md", *(root / "docs").rglob("*.md")):
        for other in set(MENTION.findall(path.read_text(encoding="utf-8"))) - {version}:
            yield f"{path.relative_to(root)} names version {other}"


def context_problems(root: Path, tracked: set[str]) -> Iterator[str]:
    """Yield what the image would lack, or would have that is not committed."""
    allowed = [
        line[1:] for line in (root / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    ]
    for name in allowed:
        if not any(file == name or file.startswith(f"{name}/") for file in tracked):
            yield f"the image is to have {name}, which is not committed"
    for package in PACKAGES:
        if package not in allowed:
            yield f"the image lacks {package}"
        for path in (root / package).rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_file() and "__pycache__" not in path.parts and name not in tracked:
                yield f"the image would have {name}, which is not committed"


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of HEAD."""
    for old in folder.glob("*.whl"):
        old.unlink()
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=root, check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as source:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(source, filter="data")
        build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source]
        subprocess.run([sys.executable, "-m", "pip", *build], check=True, cwd=source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def wheel_problems(wheel: Path, version: str, tracked: set[str]) -> Iterator[str]:
    """Yield what is wrong with the wheel's name or files."""
    expected = f"tend_partnerships-{version}-py3-none-any.whl"
    if wheel.name != expected:
        yield f"the wheel is {wheel.name}, not {expected}"
    with ZipFile(wheel) as archive:
        files = {name for name in archive.namelist() if not name.partition("/")[0].endswith(".dist-info")}
    ours = {name for name in tracked if name.partition("/")[0] in PACKAGES}
    for name in sorted(files ^ ours):
        yield f"the wheel {'has' if name in files else 'lacks'} {name}"


def release_notes(root: Path, version: str) -> str:
    """Return the version's part of the changelog."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = list(HEADING.finditer(text))
    (start, end), *_ = [
        (found.end(), following.start() if following else len(text))
        for found, following in zip(headings, [*headings[1:], None], strict=True)
        if found[1] == version
    ]
    return text[start:end].strip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
