"""Takes the pages that stand beside `docs/`, such as the README, into the site, and the links to them along."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

BESIDE = {
    "README.md": "about.md",
    **{name: name for name in ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md")},
}
"""What stands beside `docs/`, and the name of its page."""

LINK = re.compile(r"(\]\(|src=\"|srcset=\")((?:\.\./)*)([\w./-]+)(?=[)#\"])")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand beside `docs/`, with links as seen from inside."""
    root = Path(config.docs_dir).parent
    for name, page in BESIDE.items():
        text = (root / name).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=LINK.sub(_inside, text)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links to what stands beside `docs/` lead to its page, and those to code lead nowhere."""
    up = "../" * page.file.src_uri.count("/")
    for name, target in BESIDE.items():
        markdown = markdown.replace(f"]({up}../{name}", f"]({up}{target}")
    return markdown


def _inside(link: re.Match[str]) -> str:
    return link[1] + link[2] + link[3].removeprefix("docs/")
