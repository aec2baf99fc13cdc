"""What Cilium's chart makes of values, wherever they were given: in a file, in a release, or behind `--set`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service_mesh.mesh.cilium_chart_keys import FIRST, NEWEST, ChartKey, chart_keys
from service_mesh.model.names import nearest

__all__ = ["ChartSettings", "Fault", "Path", "dotted", "dropped_values", "refused_values", "unknown_values"]

Path = tuple[str, ...]

_OWN = frozenset({"global", "tags"})
_FORMS: Mapping[str, str] = {
    "b": "a switch",
    "i": "a whole number",
    "n": "a number",
    "s": "text",
    "a": "a list",
    "o": "a map",
}
_SCHEMA_SINCE = 16
_MOST_DEPTH = 12

_REPLACED: Mapping[str, str] = {
    "bgp": "bgpControlPlane",
    "clustermesh.enableMCSAPISupport": "clustermesh.mcsapi.enabled",
    "enableCiliumEndpointSlice": "ciliumEndpointSlice.enabled",
    "encryption.interface": "encryption.ipsec.interface",
    "encryption.keyFile": "encryption.ipsec.keyFile",
    "encryption.mountPath": "encryption.ipsec.mountPath",
    "encryption.secretName": "encryption.ipsec.secretName",
    "encryption.strictMode.allowRemoteNodeIdentities": "encryption.strictMode.egress.allowRemoteNodeIdentities",
    "encryption.strictMode.cidr": "encryption.strictMode.egress.cidr",
    "encryption.strictMode.enabled": "encryption.strictMode.egress.enabled",
    "externalIPs": "kubeProxyReplacement",
    "hostPort": "kubeProxyReplacement",
    "l2podAnnouncements.interface": "l2podAnnouncements.interfacePattern",
    "nodePort.enabled": "kubeProxyReplacement",
    "proxy.prometheus": "envoy.prometheus",
    "tunnel": "routingMode",
}
"""Value that is no longer read -> the one to set now.

(`cilium/cilium: Documentation/operations/upgrade.rst`, 1.16 to 1.20)
"""

_REFUSED: Mapping[str, int] = {
    "ciliumEndpointSlice.sliceMode": 18,
    "clustermesh.apiserver.tls.ca.cert": 15,
    "clustermesh.apiserver.tls.ca.key": 15,
    "containerRuntime.integration": 16,
    "enableCiliumEndpointSlice": 18,
    "enableCnpStatusUpdates": 15,
    "enableK8sEventHandover": 15,
    "encryption.interface": 16,
    "encryption.keyFile": 16,
    "encryption.mountPath": 16,
    "encryption.secretName": 16,
    "endpointStatus": 16,
    "etcd.managed": 16,
    "proxy.prometheus.enabled": 16,
    "proxy.prometheus.port": 16,
    "remoteNodeIdentity": 16,
    "tunnel": 15,
}
"""Value -> minor number of the release whose chart stops where it is set.

(`cilium/cilium: install/kubernetes/cilium/templates/validate.yaml`)
"""

_CHOICES: Mapping[str, tuple[int, tuple[object, ...]]] = {
    "clustermesh.apiserver.kvstoremesh.kvstoreMode": (18, ("internal", "external")),
    "clustermesh.maxConnectedClusters": (15, (255, 511)),
    "encryption.ztunnel.ca.type": (20, ("spire", "internal")),
    "identityManagementMode": (18, ("agent", "operator", "both")),
    "kubeProxyReplacement": (16, (True, False, "true", "false", "")),
    "scheduling.mode": (17, ("anti-affinity", "kube-scheduler")),
}
"""Value -> the first release whose chart takes nothing else than these."""


@dataclass(frozen=True, slots=True)
class ChartSettings:
    """Values that somebody gives Cilium's chart.

    Attributes:
        values: Them, as maps in maps; None stands for what is not known.
        minor: Minor number of the release that is installed.
        is_all: Whether no other place gives values, so that what is not here has its default.
        own: Names at the top that belong to something else than Cilium's chart.
    """

    values: Mapping[str, object]
    minor: int = NEWEST
    is_all: bool = True
    own: frozenset[str] = field(default=_OWN)

    def at(self, path: str) -> object:
        """What is set at a dotted path; None where nothing is, or nothing that is known."""
        found: object = self.values
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        return None if isinstance(found, str) and _is_open(found) else found

    def is_on(self, path: str) -> bool:
        """Whether a switch is turned on here."""
        return self.at(path) is True or self.at(path) == "true"

    def is_off(self, path: str) -> bool:
        """Whether a switch is turned off here; False where it is left as it is."""
        return self.at(path) is False or self.at(path) == "false"

    def says(self, path: str) -> bool:
        """Whether a path is set here at all, to whatever."""
        found: object = self.values
        for step in path.split("."):
            if not isinstance(found, Mapping) or step not in found:
                return False
            found = found[step]
        return True


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of one value.

    Attributes:
        path: Where the value stands.
        message: What becomes of it.
        rename: The name that it should have; empty where that is not clear.
        partial: It rests on a value that another place may give.
        is_milder: It is less than what this kind of fault is otherwise.
    """

    path: Path
    message: str
    rename: str = ""
    partial: bool = False
    is_milder: bool = False


def dotted(path: Path) -> str:
    """A path as Helm writes it."""
    return ".".join(step.replace(".", "\\.") for step in path)[:120]


def unknown_values(settings: ChartSettings) -> Iterator[Fault]:
    """Values that no release of the chart reads: Helm passes them over."""
    for path, _, key in _walk(settings, (), settings.values):
        if key is None and dotted(path) not in _REFUSED:
            names = [name for name, other in chart_keys(path[:-1]).items() if other.is_read_by(settings.minor)]
            near = nearest(path[-1], names, unique=True) or ""
            meant = f"; did you mean '{dotted((*path[:-1], near))}'" if near else ""
            what = f"no release of Cilium's chart since 1.{FIRST} reads a value '{dotted(path)}'"
            yield Fault(path, f"{what}, so it is passed over{meant}", near)


def dropped_values(settings: ChartSettings) -> Iterator[Fault]:
    """Values that other releases of the chart read: Helm passes them over as well."""
    minor = settings.minor
    for path, value, key in _walk(settings, (), settings.values):
        if key is None or key.is_read_by(minor) or not _tells(value) or _is_refused(path, minor):
            continue
        name = dotted(path)
        if minor < key.since:
            what = f"value '{name}' is read from Cilium 1.{key.since} on, and by 1.{minor} it is passed over"
        else:
            what = f"value '{name}' is not read any more since Cilium 1.{key.until}, so it is passed over"
            what += f"; '{_REPLACED[name]}' is read instead" if name in _REPLACED else ""
        yield Fault(path, what)


def refused_values(settings: ChartSettings) -> Iterator[Fault]:
    """Values with which the chart is not rendered: wrong forms and words, and removed ones that it looks for."""
    for name, since in _REFUSED.items():
        if settings.minor >= since and _tells(settings.at(name)):
            instead = f"; '{_REPLACED[name]}' is read instead" if name in _REPLACED else ""
            yield Fault(tuple(name.split(".")), f"value '{name}' was removed, and the chart refuses it{instead}")
    for name, (since, choices) in _CHOICES.items():
        value = settings.at(name)
        if settings.minor >= since and value is not None and _is_wrong(value, choices):
            legal = " or ".join(dict.fromkeys(f"'{_shown(choice)}'" for choice in choices if choice != ""))
            yield Fault(tuple(name.split(".")), f"'{name}' is '{_shown(value)}', and the chart takes only {legal}")
    for path, value, key in _walk(settings, (), settings.values):
        if key is not None and settings.minor >= _SCHEMA_SINCE and dotted(path) not in _CHOICES:
            yield from _of_wrong_form(path, value, key)


def _of_wrong_form(path: Path, value: object, key: ChartKey) -> Iterator[Fault]:
    form = _form(value)
    is_number = form == "i" and "n" in key.forms
    if not form or not key.forms or form in key.forms or is_number or key.until:
        return
    wanted = " or ".join(_FORMS[one] for one in key.forms)
    shown = f" ('{_shown(value)}')" if form not in "ao" else ""
    yield Fault(path, f"'{dotted(path)}' is {_FORMS[form]}{shown}, and the chart's schema takes only {wanted}")


def _walk(
    settings: ChartSettings, at: Path, values: Mapping[str, object]
) -> Iterator[tuple[Path, object, ChartKey | None]]:
    """Every value in maps of which all names are known; not what is below one that this release does not read."""
    known = chart_keys(at)
    if not known or len(at) > _MOST_DEPTH:
        return
    for name, value in values.items():
        if str(name).startswith(("x-", "_", ".")) or (not at and name in settings.own):
            continue
        path, key = (*at, str(name)), known.get(name)
        yield path, value, key
        if key is not None and isinstance(value, Mapping) and (key.is_read_by(settings.minor) or _any_refused(path)):
            yield from _walk(settings, path, value)


def _any_refused(path: Path) -> bool:
    return any(name.startswith(f"{dotted(path)}.") for name in _REFUSED)


def _is_refused(path: Path, minor: int) -> bool:
    name = dotted(path)
    return _any_refused(path) or minor >= _REFUSED.get(name, FIRST + 1_000)


def _tells(value: object) -> bool:
    """Whether a value asks for anything: what is empty or off is no loss."""
    if isinstance(value, Mapping):
        return any(map(_tells, value.values()))
    return bool(value) and not (isinstance(value, str) and _is_open(value))


def _form(value: object) -> str:
    if isinstance(value, bool):
        return "b"
    if isinstance(value, int | float):
        return "i" if isinstance(value, int) or value.is_integer() else "n"
    if isinstance(value, str):
        return "" if _is_open(value) else "s"
    return "o" if isinstance(value, Mapping) else "a" if isinstance(value, list) else ""


def _is_wrong(value: object, choices: tuple[object, ...]) -> bool:
    return not any(type(value) is type(choice) and value == choice for choice in choices)


def _is_open(text: str) -> bool:
    """Whether a text is filled in later, as templates and substitutions are."""
    return "${" in text or "{{" in text or "<" in text


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)[:60]
