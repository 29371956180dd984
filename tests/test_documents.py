"""Every link in the documents leads somewhere, and every file under `docs/` is reachable from the README."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")


def without_code(text: str) -> str:
    """Markdown without code, which may look like a link or a heading."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", lambda code: code[0].replace("[", " ").replace("]", " "), text)


def links(path: Path) -> list[str]:
    """The relative links of a page, with their anchors."""
    found = ("".join(pair) for pair in LINK.findall(without_code(path.read_text(encoding="utf-8"))))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", without_code(path.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def target(path: Path, link: str) -> Path:
    file = link.partition("#")[0]
    return (path.parent / file).resolve() if file else path


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_anchor(path: Path) -> None:
    for link in links(path):
        file, anchor = target(path, link), link.partition("#")[2]
        assert file.is_file(), link
        assert not anchor or anchor in anchors(file), link


def test_every_document_is_reachable_from_the_readme() -> None:
    reached, waiting = set(), [README]
    while waiting:
        path = waiting.pop()
        if path in reached or not path.is_file():
            continue
        reached.add(path)
        if path.suffix == ".md":
            waiting += [target(path, link) for link in links(path)]
    documents = {path for path in (ROOT / "docs").rglob("*") if path.is_file()}
    assert {path.relative_to(ROOT).as_posix() for path in documents - reached} == set()


def test_the_readme_fits_on_a_screen_and_a_half() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 130


def test_broken_links_and_anchors_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('# What is `new`?\n[here](page.md#what-is-new) [gone](no.md)\n`[code](x.md)`\n<img src="no.png">\n')
    assert links(page) == ["page.md#what-is-new", "no.md", "no.png"]
    assert anchors(page) == {"what-is-new"}
