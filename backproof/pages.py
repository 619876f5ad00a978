"""The making of HTML pages: each is one file, and no value becomes HTML."""

from base64 import b64encode
from hashlib import sha256

from jinja2 import Environment, StrictUndefined


def rendered(template: str, **values: object) -> str:
    """Render a template; values are escaped, and a missing value is an error."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(values)


def script_hash(script: str) -> str:
    """Return the SHA-256 of a script in base64, by which a page's content security policy allows this script only."""
    return b64encode(sha256(script.encode()).digest()).decode()


def picture_url(svg: str) -> str:
    """Return a picture as a data URL for an ``img`` element: no script or style in it can affect the page."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
