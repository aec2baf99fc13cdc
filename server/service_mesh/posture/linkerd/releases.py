"""Which of two releases of Linkerd is older: edges are dates, the others numbers, and the two do not compare."""

import re

from service_mesh.mesh.components import image_version

__all__ = ["is_older", "release_of"]

_EDGE = "edge-"
_NUMBER = re.compile(r"\d{1,6}")


def release_of(version: str) -> str:
    """A release as it is compared: `edge-26.6.3`, or the number alone of `stable-2.14.10` and `enterprise-2.20.2`.

    Args:
        version: As `linkerd-config` or an annotation writes it; empty is the answer for what is no release.
    """
    return image_version(f"linkerd:{version}")


def is_older(one: str, other: str) -> bool:
    """Tell whether a release came before another for certain; never across edges and numbers.

    Args:
        one: As `release_of` gives it.
        other: The same.
    """
    if not one or not other or one.startswith(_EDGE) != other.startswith(_EDGE):
        return False
    return _rank(one) < _rank(other)


def _rank(release: str) -> tuple[tuple[int, ...], bool, str]:
    """By number, and a preview before what it previews."""
    number, dash, preview = release.removeprefix(_EDGE).partition("-")
    return tuple(int(part) for part in _NUMBER.findall(number)), not dash, preview
