"""Templates into text: every value is written so that the API server reads back just that value.

Nothing that a template puts out with `{{ }}` reaches the text unquoted: strings that are not plainly strings are
quoted, whatever a caller gave; in scripts `shell` does it. Lists and maps are written by the filter `block`, which
indents them.
"""

import json
import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined

from service_mesh.source.layout import Layout
from service_mesh.source.render import block_lines, plain_data, scalar_text

__all__ = ["render"]

_TEMPLATES = Path(__file__).parent / "templates"
_LAYOUT = Layout(dash=2, may_use_blocks=False)


class _Written(str):
    """Text that is YAML already."""

    __slots__ = ()


def render(template: str, values: Mapping[str, object]) -> str:
    """The text of a template.

    Args:
        template: Its name under `templates`.
        values: What it reads; a name that is missing is a defect and raises.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the text is YAML: `finalize` quotes for it
    )
    environment.filters["block"] = _block
    environment.filters["comment"] = _comment
    environment.filters["shell"] = _shell
    environment.filters["words"] = _words
    environment.filters["json"] = _json
    return environment


def _finalized(value: Any) -> str | Undefined:
    if isinstance(value, _Written | Undefined):
        return value
    return scalar_text(value)


def _block(value: object, indent: int = 0) -> _Written:
    """A list or a map as lines, the first of which stands where the template puts it."""
    data = plain_data(value)
    if not isinstance(data, dict | list):
        return _Written(scalar_text(data))
    if not data:
        return _Written("{}" if isinstance(data, dict) else "[]")
    return _Written(f"\n{' ' * indent}".join(block_lines(data, _LAYOUT)))


def _shell(value: object) -> _Written:
    """A word of a script, or a list of words, which the shell takes as they are."""
    words = value if isinstance(value, list | tuple) else (value,)
    return _Written(" ".join(shlex.quote(str(word)) for word in words))


def _words(value: str) -> _Written:
    """A command of ours, word by word as it was quoted."""
    return _Written(shlex.join(shlex.split(value)))


def _json(value: object) -> _Written:
    """A value as JSON on one line, for files of languages that take it as it is, such as Rego."""
    return _Written(json.dumps(plain_data(value)))


def _comment(value: str) -> _Written:
    """Words of a caller inside a comment: on one line, so that they end with it."""
    return _Written("".join(char if char.isprintable() else " " for char in value)[:120])
