"""What every page is made with: it needs no other file, and no text that somebody else wrote becomes HTML."""

from base64 import b64encode
from hashlib import sha256

from jinja2 import Environment, StrictUndefined


def rendered(template: str, **values: object) -> str:
    """Return a template with its values, escaped; a value that is missing is an error."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(values)


def script_hash(script: str) -> str:
    """Return what a page's content security policy says of the one script that may run: its SHA-256, in base64."""
    return b64encode(sha256(script.encode()).digest()).decode()


def picture_address(svg: str) -> str:
    """Return a picture as an address within the page: an image of its own, so that it can be no more than a picture."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
