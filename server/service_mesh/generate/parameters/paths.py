"""Paths as requests have them when a proxy looks."""

import re
from typing import Annotated

from pydantic import AfterValidator

from service_mesh.generate.parameters.names import Path
from service_mesh.generate.parameters.requests import PathMatch

__all__ = ["NewPath", "RoutedPath", "arriving"]

_NEVER = re.compile(r"//|/\.{1,2}(/|$)|%2[fF]")
"""What proxies resolve before they look, or refuse; the Gateway API takes none of it."""

_WRITTEN = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
"""The characters of a path in a request (RFC 3986), as the Gateway API takes them."""


def arriving(text: str) -> str:
    """A path that requests have.

    Raises:
        ValueError: No request arrives with it.
    """
    if not _WRITTEN.fullmatch(text):
        raise ValueError(f"no request has the path {text}: write characters outside of ASCII as %XX")
    if _NEVER.search(text):
        raise ValueError(f"no request arrives with the path {text}: proxies resolve //, /./ and /../")
    return text


def _routed(path: PathMatch) -> PathMatch:
    if path.prefix == "/":
        raise ValueError("the prefix / takes everything: leave the path out")
    arriving(path.sample)
    return path


RoutedPath = Annotated[PathMatch, AfterValidator(_routed)]
"""A path that a rule is for."""

NewPath = Annotated[Path, AfterValidator(arriving)]
"""A path that takes the place of another one."""
