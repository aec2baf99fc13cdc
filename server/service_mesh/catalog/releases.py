"""Turns a version that a person names into the release whose facts objects are judged by, or says why there is none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service_mesh.errors import UsageError
from service_mesh.model.names import nearest

__all__ = [
    "ARGUMENTS",
    "Chosen",
    "argument_of",
    "choose",
    "is_reconstructed",
    "linkerd_name",
    "number_of",
    "rank_of",
    "title_of",
]

ARGUMENTS: Mapping[str, str] = {
    "istio": "istio",
    "linkerd": "linkerd",
    "cilium": "cilium",
    "gateway_api": "gateway-api",
    "kubernetes": "kubernetes",
}
"""What callers name -> project in the data. Other projects are known in one release each."""

_TITLES: Mapping[str, str] = {
    "argo-rollouts": "Argo Rollouts",
    "cilium": "Cilium",
    "flagger": "Flagger",
    "gateway-api": "Gateway API",
    "istio": "Istio",
    "kubernetes": "Kubernetes",
    "linkerd": "Linkerd",
    "smi": "SMI",
}

_LINKERD_NAMES: Mapping[str, str] = {
    "2.14": "stable-2.14.10",
    "2.15": "edge-24.2.4",
    "2.16": "edge-24.8.2",
    "2.17": "edge-24.11.8",
    "2.18": "edge-25.4.4",
    "2.19": "edge-25.10.7",
    "2.20": "edge-26.6.3",
}
"""Since 2.15 a Linkerd version is the name of an edge release. Source: https://linkerd.io/releases/."""

_LINKERD_STABLE: Mapping[str, tuple[int, ...]] = {"stable-2.14.10": (23, 8, 0)}
"""Where a stable release stands among the edge releases: 2.14 came out in August 2023."""

_RECONSTRUCTED = frozenset(
    {
        ("cilium", "1.14.5"),
        ("cilium", "1.15"),
        ("cilium", "1.16.0"),
        ("cilium", "1.17.1"),
        ("cilium", "1.18.2"),
        ("cilium", "1.19.0"),
        ("cilium", "1.20.0"),
    }
)
"""Releases whose definitions were put together from copies: a field that they lack may exist all the same."""

_NUMBERS = re.compile(r"v?([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,6}))?(?:[-+][0-9A-Za-z.+-]{1,40})?")
_EDGE = re.compile(r"edge-([0-9]{2})\.([0-9]{1,2})\.([0-9]{1,3})")
_CHANNEL = re.compile(r"(?P<number>.+)[-/](?P<channel>[A-Za-z]+)")
_CHANNELS = ("", "standard", "experimental")
_FORMS: Mapping[str, str] = {
    "gateway_api": "write it like '1.6', 'v1.6.1' or '1.6-experimental'",
    "linkerd": "write it like '2.20' or 'edge-26.8.3'",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The release of a project that objects are judged by.

    Attributes:
        project: Its folder in the data.
        release: The release, without a channel.
        wanted: What was asked for, as a short number; empty where nothing was.
        is_near: The facts are of a neighbour, since those of the wanted release are not known.
        channel: `standard` or `experimental` where one was asked for.
    """

    project: str
    release: str
    wanted: str = ""
    is_near: bool = False
    channel: str = ""

    @property
    def name(self) -> str:
        """As people write it: `Istio 1.30`."""
        return f"{title_of(self.project)} {number_of(self.project, self.release)}"


def title_of(project: str) -> str:
    """How people call a project."""
    return _TITLES.get(project, project)


def argument_of(project: str) -> str:
    """How callers name a project."""
    return project.replace("-", "_")


def is_reconstructed(project: str, release: str) -> bool:
    """Whether the definitions of a release were put together from copies."""
    return (project, release) in _RECONSTRUCTED


def linkerd_name(release: str) -> str:
    """The version that an edge release of Linkerd is called, or the release itself."""
    return next((name for name, named in _LINKERD_NAMES.items() if named == release), release)


def number_of(project: str, release: str) -> str:
    """A stored release as a short number: major and minor, or the name of an edge release; no channel."""
    bare = release.partition("/")[0]
    if project == "linkerd":
        return linkerd_name(bare)
    match = _NUMBERS.search(bare)
    return f"{match[1]}.{match[2]}" if match else bare


def rank_of(chosen: Chosen) -> tuple[int, ...]:
    """Numbers by which releases of one project are put in order: of what was asked for, else of the chosen release.

    Major and minor; year, month and number for an edge release of Linkerd.
    """
    return (_rank(chosen.project, chosen.wanted) if chosen.wanted else None) or _known_rank(
        chosen.project, chosen.release
    )


def choose(versions: Mapping[str, str], releases: Mapping[str, Sequence[str]]) -> dict[str, Chosen]:
    """The release of every project.

    Args:
        versions: Name of an argument -> what the caller wrote; a project that is not named is judged by its newest.
        releases: Project -> its known releases, oldest first.

    Raises:
        UsageError: An unknown name, a text that is no version, or a version older than every known one.
    """
    for name in versions:
        if name not in ARGUMENTS:
            near = nearest(name, ARGUMENTS)
            hint = f"did you mean '{near}'?" if near else f"known are {', '.join(ARGUMENTS)}"
            raise UsageError(f"no versions are kept of '{name[:40]}'", hint)
    chosen = {project: Chosen(project, _bare(names[-1])) for project, names in releases.items()}
    for name, text in versions.items():
        project = ARGUMENTS[name]
        known = list(dict.fromkeys(_bare(release) for release in releases.get(project, ())))
        if known:
            chosen[project] = _chosen(name, project, text.strip(), known)
    return chosen


def _chosen(name: str, project: str, text: str, known: Sequence[str]) -> Chosen:
    written, channel = text, ""
    if project == "gateway-api" and (match := _CHANNEL.fullmatch(text)):
        text, channel = match["number"], match["channel"]
    wanted = _rank(project, text) if channel in _CHANNELS else None
    if wanted is None:
        form = _FORMS.get(name, f"write it like '{number_of(project, known[-1])}'")
        raise UsageError(f"'{written[:40]}' is no version of {title_of(project)}", form)
    if project == "kubernetes":
        release, is_near = known[-1], wanted > _known_rank(project, known[-1])
        return Chosen(project, release, _short(project, text), is_near)
    older = [release for release in known if _known_rank(project, release) <= wanted]
    if not older:
        numbers = ", ".join(number_of(project, release) for release in known)
        reason = f"{title_of(project)} {_short(project, text)} is older than every release that is known"
        raise UsageError(reason, f"give one of {numbers}, or leave '{name}' out for the newest")
    is_near = _known_rank(project, older[-1]) != wanted
    return Chosen(project, older[-1], _short(project, text), is_near, channel)


def _rank(project: str, text: str) -> tuple[int, ...] | None:
    """Order of what a caller writes; None where it is no version."""
    if project == "linkerd":
        return _linkerd_rank(text)
    match = _NUMBERS.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


def _linkerd_rank(text: str) -> tuple[int, ...] | None:
    """Edge releases by their date; a version counts as the edge release it names, one not known as behind them all."""
    if edge := _EDGE.fullmatch(text):
        return tuple(int(part) for part in edge.groups())
    match = _NUMBERS.fullmatch(text.removeprefix("stable-").removeprefix("enterprise-"))
    if match is None:
        return None
    name = f"{match[1]}.{match[2]}"
    if release := _LINKERD_NAMES.get(name):
        return _known_rank("linkerd", release)
    newest = max(tuple(map(int, known.split("."))) for known in _LINKERD_NAMES)
    return (10_000,) if (int(match[1]), int(match[2])) > newest else (int(match[1]), int(match[2]), 0)


def _known_rank(project: str, release: str) -> tuple[int, ...]:
    if project == "linkerd":
        return _LINKERD_STABLE.get(release) or tuple(int(part) for part in release.partition("-")[2].split("."))
    match = _NUMBERS.fullmatch(release)
    return (int(match[1]), int(match[2])) if match else ()


def _short(project: str, text: str) -> str:
    if project == "linkerd" and text.startswith("edge-"):
        return text
    match = _NUMBERS.search(text)
    return f"{match[1]}.{match[2]}" if match else text


def _bare(release: str) -> str:
    return release.partition("/")[0]
