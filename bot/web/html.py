"""HTML pages without scripts, cookies or external resources."""

import secrets
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, Response

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the page's URL contains a secret
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_POLICY = "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: Any) -> str:
    """Render a template as text. `values` are escaped."""
    return _templates().get_template(template).render(**values)


def render_page(template: str, status: int = 200, **values: Any) -> Response:
    """Render a template. `values` are escaped."""
    nonce = secrets.token_urlsafe(16)
    text = render(template, **values, nonce=nonce)
    return HTMLResponse(text, status, {**HEADERS, "Content-Security-Policy": _POLICY.format(nonce=nonce)})
