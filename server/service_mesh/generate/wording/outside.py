"""Hosts outside of the cluster as Istio's ServiceEntries declare them.

(https://istio.io/latest/docs/reference/config/networking/service-entry/)
"""

from collections.abc import Mapping
from typing import Any

from service_mesh.generate.parameters.outside import ExternalHost, Protocol
from service_mesh.generate.site import Site
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.model.kinds import SERVICE_ENTRY

__all__ = ["closed_mesh", "entry", "is_closed", "origination"]

_VERIFIES_SINCE = (1, 21)
_SYSTEM_CAS = "/etc/ssl/certs/ca-certificates.crt"


def entry(site: Site, namespace: str, host: ExternalHost) -> dict[str, Any]:
    """What the ServiceEntry of a host says; it keeps the name of one that declares the host there already."""
    held = (one for one in site.view.of_kind(SERVICE_ENTRY) if one.namespace == namespace)
    names = (one.name for one in held if [node.text for node in one.each("spec.hosts[]")] == [host.host])
    return {
        "name": next(names, host.title),
        "host": host.host,
        "resolution": "STATIC" if host.addresses else "NONE" if host.is_wildcard else "DNS",
        # Other protocols carry a name, by which connections to any address are told.
        "addresses": list(host.addresses) if host.protocol is Protocol.TCP else [],
        "endpoints": [{"address": address} for address in host.addresses],
        "port": _port(host),
    }


def _port(host: ExternalHost) -> dict[str, Any]:
    if host.plaintext_port is not None:
        return {"number": host.plaintext_port, "name": "http", "protocol": "HTTP", "targetPort": host.port}
    return {"number": host.port, "name": host.protocol.lower(), "protocol": host.protocol.value}


def origination(site: Site, host: ExternalHost, credential: str | None = None) -> dict[str, Any]:
    """The `tls` that a proxy begins to a host, whose certificate it verifies.

    Up to 1.20 a proxy verifies nothing unless it is told the CAs.
    (`istio/istio: pilot/pkg/features/security.go`, VerifyCertAtClient)
    """
    found: dict[str, Any] = {"mode": "MUTUAL" if credential else "SIMPLE"}
    if credential:
        found["credentialName"] = credential
    elif not site.has("istio", *_VERIFIES_SINCE):
        found["caCertificates"] = _SYSTEM_CAS
    return {**found, "sni": host.host, "subjectAltNames": [host.host]}


def is_closed(site: Site) -> bool:
    """Whether sidecars refuse hosts that nobody declared: as the mesh is configured, else as it is played."""
    config = mesh_config(site.view)
    return config.blocks_unknown_hosts if config.is_known else True


def closed_mesh(site: Site) -> tuple[Mapping[str, object], ...]:
    """A mesh that refuses hosts that nobody declared, where nothing is known of it: there declarations show."""
    if mesh_config(site.view).is_known:
        return ()
    mesh = {"mesh": "outboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n"}
    metadata = {"name": "istio", "namespace": site.root_namespace}
    return ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": mesh},)
