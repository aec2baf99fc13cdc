"""How Istio was installed, as far as the input tells: mesh configuration, chart values and flags, per revision."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from service_mesh.mesh.view import MeshView
from service_mesh.model.flags import parse_bool
from service_mesh.model.kinds import CONFIG_MAP, DEPLOYMENT, HELM_RELEASE, HELM_VALUES, ISTIO_OPERATOR, SAIL_ISTIO
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.source.embedded import embedded_map

__all__ = ["DEFAULT_REVISION", "INSTALLATION_KINDS", "Installation", "installation", "installations"]

DEFAULT_REVISION = "default"
"""Name of the revision that an installation without a name has, and of the tag that stands for the default one."""

INSTALLATION_KINDS = (CONFIG_MAP, DEPLOYMENT, HELM_RELEASE, HELM_VALUES, ISTIO_OPERATOR, SAIL_ISTIO)
"""The kinds that are read here: whoever asks for the mesh configuration reads them."""

_MESH_PREFIX = "istio"
_INJECTOR_PREFIX = "istio-sidecar-injector"

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Installation:
    """What is known of one control plane.

    Attributes:
        revision: Its revision.
        mesh: The mesh configuration as written: the fields of MeshConfig.
        values: Values of the chart, as far as they are given.
        flags: Environment of istiod.
        nodes: Where these were read, the mesh configuration's first.
        domain: Domain of the cluster's services that istiod is started with; empty where that is not given.
    """

    revision: str
    mesh: Values = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    domain: str = ""

    def flag(self, name: str, *, default: bool) -> bool:
        """A switch of istiod's environment, read the way Go's strconv.ParseBool does."""
        value = parse_bool(self.flags.get(name, ""))
        return default if value is None else value

    def value(self, path: str) -> object:
        """A chart value at a dotted path, or None."""
        return _at(self.values, path)

    def setting(self, path: str) -> object:
        """A setting of the mesh configuration at a dotted path, or None."""
        return _at(self.mesh, path)


def installations(mesh: MeshView, cluster: str = "") -> tuple[Installation, ...]:
    """Every control plane of a cluster that the input tells about, the default revision first."""
    return mesh.index(_by_cluster).get(cluster, ())


def installation(mesh: MeshView, cluster: str = "", revision: str = "") -> Installation | None:
    """The control plane of a revision, else the default one, else the only one; None where nothing is known."""
    found = installations(mesh, cluster)
    named = next((one for one in found if one.revision == (revision or DEFAULT_REVISION)), None)
    return named or (found[0] if found else None)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of what is known, from one object; parts of one revision are put together."""

    cluster: str
    revision: str
    node: Node
    mesh: Values = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    domain: str = ""


def _by_cluster(mesh: MeshView) -> Mapping[str, tuple[Installation, ...]]:
    grouped: dict[str, dict[str, list[_Piece]]] = {}
    for piece in _pieces(mesh):
        grouped.setdefault(piece.cluster, {}).setdefault(piece.revision, []).append(piece)
    return {
        cluster: tuple(_joined(revision, by_revision[revision]) for revision in sorted(by_revision, key=_default_first))
        for cluster, by_revision in grouped.items()
    }


def _pieces(mesh: MeshView) -> Iterator[_Piece]:
    # What runs outranks what it was installed from, so it comes last.
    for release in (*mesh.of_kind(HELM_VALUES), *mesh.of_kind(HELM_RELEASE)):
        yield from _of_values(release, "" if release.kind == HELM_VALUES else "spec.values")
    for control_plane in mesh.of_kind(SAIL_ISTIO):
        yield from _of_values(control_plane, "spec.values")
    for operator in mesh.of_kind(ISTIO_OPERATOR):
        yield _of_operator(operator)
    for config in mesh.of_kind(CONFIG_MAP):
        yield from _of_config_map(config)
    for deployment in mesh.of_kind(DEPLOYMENT):
        yield from _of_deployment(deployment)


def _of_values(resource: Resource, path: str) -> Iterator[_Piece]:
    """Values of the istiod chart; other charts have no `meshConfig`, `pilot` or `sidecarInjectorWebhook`."""
    node = resource.get(path) if path else resource.root
    if node is None or not isinstance(node.value, dict):
        return
    values = node.value
    if not any(isinstance(values.get(name), dict) for name in ("meshConfig", "pilot", "sidecarInjectorWebhook")):
        return
    anchor = node.get("meshConfig") or node
    revision = _text(values.get("revision")) or DEFAULT_REVISION
    yield _Piece(resource.cluster, revision, anchor, _map(values.get("meshConfig")), values, _env(values, "pilot.env"))


def _of_operator(operator: Resource) -> _Piece:
    spec = _map(operator.data.get("spec"))
    values = _map(spec.get("values"))
    settings = {**_map(values.get("meshConfig")), **_map(spec.get("meshConfig"))}
    listed = operator.each("spec.components.pilot.k8s.env[]")
    flags = {**_env(values, "pilot.env"), **dict(_listed_env(listed))}
    anchor = operator.get("spec.meshConfig") or operator.get("spec") or operator.root
    revision = _text(spec.get("revision")) or DEFAULT_REVISION
    return _Piece(operator.cluster, revision, anchor, settings, values, flags)


def _of_config_map(config: Resource) -> Iterator[_Piece]:
    if not config.name.startswith(_MESH_PREFIX):  # as the injector's begins too
        return
    settings, values = config.get("data.mesh"), config.get("data.values")
    if settings is not None and (revision := _revision(config, _MESH_PREFIX)):
        read = embedded_map(settings.text)
        yield _Piece(config.cluster, revision, settings, mesh=read or {})
    elif values is not None and (revision := _revision(config, _INJECTOR_PREFIX)):
        yield _Piece(config.cluster, revision, values, values=embedded_map(values.text) or {})


def _of_deployment(deployment: Resource) -> Iterator[_Piece]:
    labels = deployment.labels
    if labels.get("app") != "istiod" and labels.get("istio") != "pilot":
        return
    revision = _text(labels.get("istio.io/rev")) or DEFAULT_REVISION
    flags = dict(_listed_env(deployment.each("spec.template.spec.containers[].env[]")))
    domain = _argument([node.text for node in deployment.each("spec.template.spec.containers[].args[]")], "--domain")
    yield _Piece(deployment.cluster, revision, deployment.root, flags=flags, domain=domain)


def _argument(words: list[str], name: str) -> str:
    """The value of a command line's option, behind it or behind its `=`; empty where it is not given."""
    for word, value in pairwise((*words, "")):
        if word == name or word.startswith(f"{name}="):
            return value if word == name else word.removeprefix(f"{name}=")
    return ""


def _revision(config: Resource, prefix: str) -> str:
    """Revision of a ConfigMap by its label, else by what follows the prefix of its name; empty for other ones."""
    if config.name != prefix and not config.name.startswith(f"{prefix}-"):
        return ""
    suffix = config.name.removeprefix(prefix).removeprefix("-")
    return _text(config.labels.get("istio.io/rev")) or suffix or DEFAULT_REVISION


def _joined(revision: str, pieces: list[_Piece]) -> Installation:
    settings: dict[str, object] = {}
    values: dict[str, object] = {}
    flags: dict[str, str] = {}
    for piece in pieces:
        settings.update(piece.mesh)
        values.update(piece.values)
        flags.update(piece.flags)
    nodes = sorted((piece for piece in pieces), key=lambda piece: not piece.mesh)
    domain = next((piece.domain for piece in pieces if piece.domain), "")
    return Installation(revision, settings, values, flags, tuple(piece.node for piece in nodes), domain)


def _listed_env(entries: Iterator[Node]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        name, value = entry.get("name"), entry.get("value")
        if name is not None and value is not None and name.text:
            yield name.text, value.text


def _env(values: Values, path: str) -> Mapping[str, str]:
    return {name: _spelled(value) for name, value in _map(_at(values, path)).items()}


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _at(values: Values, path: str) -> object:
    found: object = values
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _map(value: object) -> Values:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _default_first(revision: str) -> tuple[bool, str]:
    return revision != DEFAULT_REVISION, revision
