"""Objects of Linkerd written as YAML, for tests of its posture."""

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.model.kinds import LINKERD_SERVER, Kind
from service_mesh.model.resource import Resource

__all__ = [
    "authorization",
    "chain_of",
    "config",
    "held",
    "mesh_tls",
    "namespace",
    "networks",
    "pod",
    "route",
    "server",
    "server_authorization",
    "service",
]

_POLICY = "policy.linkerd.io"


def namespace(name: str = "shop", annotations: str = "linkerd.io/inject: enabled") -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, annotations: {{{annotations}}}}}\n"


def config(values: str = "", home: str = "linkerd") -> str:
    """The ConfigMap with the values of the chart, written as the inside of a flow map."""
    metadata = f"{{name: linkerd-config, namespace: {home}}}"
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\ndata: {{values: '{{{values}}}'}}\n"


def service(title: str, ports: str, annotations: str = "", more: str = "") -> str:
    home, _, name = title.partition("/")
    return (
        "apiVersion: v1\nkind: Service\n"
        f"metadata: {{name: {name}, namespace: {home}, annotations: {{{annotations}}}}}\n"
        f"spec: {{selector: {{app: {name}}}, ports: [{ports}]{more}}}\n"
    )


def server(title: str, spec: str, metadata: str = "", version: str = "v1beta3") -> str:
    home, _, name = title.partition("/")
    more = f", {metadata}" if metadata else ""
    return _object(version, "Server", f"name: {name}, namespace: {home}{more}", spec)


def authorization(title: str, target: str, references: str = "", group: str = _POLICY) -> str:
    """An AuthorizationPolicy for `Kind/name` with references written as flow maps."""
    home, _, name = title.partition("/")
    kind, _, of = target.partition("/")
    targeted = f"{{group: '{group}', kind: {kind}, name: {of}}}"
    spec = f"targetRef: {targeted}, requiredAuthenticationRefs: [{references}]"
    return _object("v1alpha1", "AuthorizationPolicy", f"name: {name}, namespace: {home}", spec)


def server_authorization(title: str, of: str, client: str) -> str:
    home, _, name = title.partition("/")
    spec = f"server: {{{of}}}, client: {{{client}}}"
    return _object("v1beta1", "ServerAuthorization", f"name: {name}, namespace: {home}", spec)


def mesh_tls(title: str, spec: str) -> str:
    home, _, name = title.partition("/")
    return _object("v1alpha1", "MeshTLSAuthentication", f"name: {name}, namespace: {home}", spec)


def networks(title: str, items: str) -> str:
    home, _, name = title.partition("/")
    return _object("v1alpha1", "NetworkAuthentication", f"name: {name}, namespace: {home}", f"networks: [{items}]")


def route(
    title: str,
    parent: str,
    rules: str = "{}",
    *,
    api: str = "policy.linkerd.io/v1beta3",
    kind: str = "HTTPRoute",
    more: str = "",
) -> str:
    home, _, name = title.partition("/")
    return (
        f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}, namespace: {home}}}\n"
        f"spec: {{parentRefs: [{{{parent}}}], rules: [{rules}]}}\n{more}"
    )


def pod(title: str, annotations: str, owner: str, created: str = "2026-01-01T00:00:00Z") -> str:
    """A Pod that runs with a proxy and belongs to a Deployment."""
    home, _, name = title.partition("/")
    owned = f"[{{apiVersion: apps/v1, kind: Deployment, name: {owner}, controller: true}}]"
    return (
        "apiVersion: v1\nkind: Pod\n"
        f"metadata: {{name: {name}, namespace: {home}, uid: u-{name}, labels: {{app: {owner}}}, "
        f"creationTimestamp: '{created}', annotations: {{{annotations}}}, ownerReferences: {owned}}}\n"
        "spec: {containers: [{name: app, image: app}, {name: linkerd-proxy, image: proxy}]}\nstatus: {phase: Running}\n"
    )


def held(mesh: MeshView, title: str, kind: Kind = LINKERD_SERVER) -> Resource:
    """One object by kind and `namespace/name`."""
    home, _, name = title.partition("/")
    found = mesh.find(kind, home, name)
    assert found is not None
    return found


def chain_of(chain: tuple[Note, ...]) -> list[str]:
    """Where a chain leads: object and pointer of every link."""
    return [f"{note.node.resource.title} {note.node.pointer}" for note in chain]


def _object(version: str, kind: str, metadata: str, spec: str) -> str:
    return f"apiVersion: {_POLICY}/{version}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n"
