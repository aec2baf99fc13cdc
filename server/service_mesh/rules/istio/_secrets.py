"""The Secrets that servers of a Gateway name: where they are looked up, and whether they hold what is needed.

Contents are only looked at for their form; nothing of them is ever put into a message.
"""

from collections.abc import Mapping
from typing import NamedTuple

from service_mesh.mesh.gateways import gateway_workloads
from service_mesh.mesh.secret_makers import makes_secret
from service_mesh.mesh.servers import Server
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SECRET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._certificates import decoded, end_of, is_certificate

__all__ = ["Wanted", "ca_fault", "is_made", "key_fault", "wanted_secrets"]

_PAIRS = (("cert", "key"), ("tls.crt", "tls.key"))
_ROOTS = ("cacert", "ca.crt")
_SCHEME = "kubernetes://"
_WRITTEN = "20261101000000"


class Wanted(NamedTuple):
    """A Secret that a server needs.

    Attributes:
        reference: Where it is named.
        namespace: Namespace it is looked up in: that of the gateway's pods.
        name: Its name.
    """

    reference: Node
    namespace: str
    name: str


def wanted_secrets(mesh: MeshView, server: Server) -> tuple[Wanted, ...]:
    """The Secret of a server's credential in every namespace that its pods run in.

    A bare name means the pods' own namespace, wherever the Gateway lives; `namespace/name` and the prefix
    `kubernetes://` are read too. Other prefixes stand for something else.
    (`istio/istio: pilot/pkg/model/credentials/resource.go`, ParseResourceName; `pilot/pkg/xds/sds.go`)
    """
    reference = server.credential()
    text = reference.text.removeprefix(_SCHEME) if reference is not None else ""
    if reference is None or "://" in text:
        return ()
    place, slash, name = text.rpartition("/")
    pods = gateway_workloads(mesh, reference.resource)
    places = {place} if slash else {pod.namespace for pod in pods}
    return tuple(Wanted(reference, namespace, name) for namespace in sorted(places) if pods)


def is_made(mesh: MeshView, wanted: Wanted) -> bool:
    """Tell whether a loaded object makes the Secret: cert-manager, external-secrets or sealed-secrets."""
    return makes_secret(mesh, wanted.namespace, wanted.name, wanted.reference.resource.cluster)


def key_fault(secret: Resource) -> str:
    """Say why a Secret cannot serve as the certificate of a server, or nothing.

    Rules read no clock: a certificate that had ended when this was written has ended for everybody.
    (`istio/istio: pilot/pkg/credentials/kube/secrets.go`, ExtractCertInfo;
    `pkg/config/analysis/analyzers/gateway/secret.go`)
    """
    content = _content(secret)
    pair = next((names for names in _PAIRS if all(content.get(name) for name in names)), None)
    if pair is None:
        present = next((names for names in _PAIRS if all(name in content for name in names)), None)
        if present:
            return f"'{present[0]}' or '{present[1]}' is empty"
        return "neither 'tls.crt' and 'tls.key' nor 'cert' and 'key' are there"
    if secret.is_from_cluster:  # what it holds was taken out when it was read
        return ""
    if not is_certificate(content[pair[0]]):
        return f"'{pair[0]}' holds no certificate in PEM form"
    end = end_of(content[pair[0]])
    ended = f"{end[:4]}-{end[4:6]}-{end[6:8]}"
    return f"the certificate in '{pair[0]}' has expired on {ended}" if "" < end < _WRITTEN else ""


def ca_fault(mesh: MeshView, server: Server, wanted: Wanted, secret: Resource) -> str:
    """Say why a server in mode MUTUAL finds no CA for its clients, or nothing where it may find one."""
    if server.mode not in ("MUTUAL", "OPTIONAL_MUTUAL") or server.node.get("tls.caCertCredentialName") is not None:
        return ""
    beside = Wanted(wanted.reference, wanted.namespace, f"{wanted.name}-cacert")
    other = mesh.find(SECRET, wanted.namespace, beside.name, secret.cluster)
    if is_made(mesh, beside) or any(_content(one).get(name) for one in (secret, other) if one for name in _ROOTS):
        return ""
    return f"it holds neither 'ca.crt' nor 'cacert', and there is no Secret '{beside.name}', to check clients against"


def _content(secret: Resource) -> Mapping[str, bytes]:
    """The entries of a Secret, decoded; an entry that cannot be decoded is there and unusable."""
    plain = {str(n.path[-1]): n.text.encode("utf-8", "replace") for n in secret.each("stringData{}")}
    return {**{str(n.path[-1]): decoded(n.text) for n in secret.each("data{}")}, **plain}
