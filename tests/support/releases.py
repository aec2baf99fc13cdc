"""Which releases the catalogue knows, for tests whose words name the newest one without meaning that number."""

from service_mesh.catalog.archive import Archive
from service_mesh.catalog.releases import number_of

__all__ = ["beyond", "known", "newest", "newest_stored"]


def known(project: str) -> list[str]:
    """The releases of a project as messages write them, oldest first: `1.18`, or `edge-26.8.3` of Linkerd."""
    return list(dict.fromkeys(number_of(project, release) for release in Archive().index["releases"][project]))


def newest(project: str) -> str:
    """The newest release of a project as messages write it."""
    return known(project)[-1]


def newest_stored(project: str) -> str:
    """The newest release of a project as the data names it, without a channel: `1.30.3`, `v1.6.1`."""
    return Archive().index["releases"][project][-1].partition("/")[0]


def beyond(project: str, steps: int = 1) -> str:
    """A version that is so many minors behind the newest that is known; of Linkerd a later year's edge release."""
    newest_number = newest(project)
    if newest_number.startswith("edge-"):
        year, rest = newest_number.removeprefix("edge-").split(".", 1)
        return f"edge-{int(year) + steps}.{rest}"
    major, minor = newest_number.split(".")
    return f"{major}.{int(minor) + steps}"
