"""egress-allow for Cilium: one policy that lets out to the cluster, to DNS and to names or addresses."""

from collections.abc import Iterator
from typing import Any

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.egress_allow.parameters import DNS, EgressAllow, around, cast, named
from service_mesh.generate.parameters.outside import ExternalHost
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.site import Site

__all__ = ["cilium"]

_MANY_LABELS_SINCE = (1, 19)
_NAMESPACE, _DNS_LABEL = "k8s:io.kubernetes.pod.namespace", "k8s:k8s-app"


def cilium(asked: EgressAllow, site: Site) -> Plan:
    """Names become addresses as the agent sees the answers of DNS; everything else outside is dropped."""
    if asked.gateway is not None:
        raise InexpressibleError(_NO_GATEWAY)
    if any(one.plaintext_port is not None for one in asked.allowed):
        raise InexpressibleError(_NO_ORIGINATION)
    is_deep = site.has("cilium", *_MANY_LABELS_SINCE)
    name = "egress-allow" if asked.is_whole else f"egress-allow-{site.caller(asked.clients).name}"
    values = {
        "name": name,
        "namespace": asked.namespace,
        "selector": {} if asked.is_whole else {"matchLabels": dict(site.caller(asked.clients).labels)},
        "pods": _all_but_dns(),
        "dns": {_NAMESPACE: DNS.namespace, _DNS_LABEL: DNS.labels["k8s-app"]},
        "hosts": [{**_peer(one, is_deep=is_deep), "toPorts": _ports(one)} for one in asked.allowed],
    }
    is_narrower = not is_deep and any(one.is_wildcard for one in asked.allowed)
    return Plan(
        steps=(Sheet("egress-allow.yaml", "cilium/egress-allow.yaml.j2", values),),
        questions=(*named(asked, site), *around(asked, site, is_open=True)),
        cast=cast(asked, site),
        prerequisites=(
            "DNS is answered by the pods labelled k8s-app=kube-dns in kube-system: another one needs its own labels",
            f"whoever calls other hosts outside loses them: hubble observe -n {asked.namespace} --to-identity world",
        ),
        verify=(
            f"kubectl get ciliumnetworkpolicy {name} -n {asked.namespace} -o yaml",
            "kubectl -n kube-system exec ds/cilium -c cilium-agent -- cilium-dbg fqdn cache list",
            f"hubble observe --verdict DROPPED -n {asked.namespace}",
        ),
        notes=tuple(_notes(asked)),
        gaps=(_ONE_LABEL,) if is_narrower else (),
    )


def _all_but_dns() -> list[dict[str, Any]]:
    """Every pod: those of DNS have a rule of their own, which one without requests would lift."""
    anywhere = {"key": _NAMESPACE, "operator": "Exists"}
    return [{"matchExpressions": [anywhere, {"key": _DNS_LABEL, "operator": "NotIn", "values": ["kube-dns"]}]}]


def _peer(host: ExternalHost, *, is_deep: bool) -> dict[str, Any]:
    if host.addresses:
        return {"toCIDR": [f"{one}/{128 if ':' in one else 32}" for one in host.addresses]}
    if host.is_wildcard:
        return {"toFQDNs": [{"matchPattern": f"*{host.host}" if is_deep else host.host}]}
    return {"toFQDNs": [{"matchName": host.host}]}


def _ports(host: ExternalHost) -> list[dict[str, Any]]:
    return [{"ports": [{"port": str(host.port), "protocol": "TCP"}]}]


def _notes(asked: EgressAllow) -> Iterator[str]:
    yield "names are known by the addresses that DNS gave: another host on such an address is open on that port as well"
    yield "DNS answers every name, since search lists need it: who means harm can send data in questions"
    yield "the API server, the nodes and all pods of the cluster stay open; those of other clusters need a rule"
    if any(one.addresses for one in asked.allowed):
        yield "an address that changes has to be changed here: nothing looks them up"


_NO_GATEWAY = Gap(
    "a gateway that decides by names: Cilium's egress gateway gives packets a fixed source address",
    "leave `gateway` away; CiliumEgressGatewayPolicy beside it, where the other side asks for one address",
)
_NO_ORIGINATION = Gap(
    "TLS that the mesh begins to a host outside, without a CA and a Secret for reading it",
    "let the client speak TLS itself, and leave `plaintext_port` away",
)
_ONE_LABEL = Gap(
    "names more than one label below a wildcard before Cilium 1.19: `*.` is one label there",
    "list what is below as hosts of their own, or take Cilium 1.19 or newer",
)
