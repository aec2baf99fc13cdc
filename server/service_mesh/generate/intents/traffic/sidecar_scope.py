"""sidecar-scope: which Services the sidecars of a namespace or of a workload know."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, ObjectName
from service_mesh.generate.parameters.parties import Service, Workload
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.model.kinds import SIDECAR
from service_mesh.posture.istio.peer_authentication import MtlsMode, namespace_mode

__all__ = ["INTENT", "Others", "SidecarScope"]


class Others(StrEnum):
    """What becomes of calls to what is not listed."""

    PASSED = "passed"
    REFUSED = "refused"


class SidecarScope(Parameters):
    """What sidecars know: their own namespace, and what is listed."""

    namespace: Annotated[
        Name | None, Field(description="The namespace of the sidecars; every one that has no scope of its own without.")
    ] = None
    workload: Annotated[ObjectName | None, Field(description="Only this workload of the namespace.")] = None
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, max_length=8, description="Labels of its pods; app=WORKLOAD without them."
    )
    namespaces: Annotated[
        tuple[Name, ...], Field(max_length=64, description="Other namespaces whose Services are called.")
    ] = ()
    services: Annotated[
        tuple[Service, ...], Field(max_length=64, description="Single Services of other namespaces that are called.")
    ] = ()
    others: Annotated[
        Others | None,
        Field(description="Calls to anything else: passed on as they are, or refused; as the mesh has it without."),
    ] = None

    @model_validator(mode="after")
    def _scope(self) -> "SidecarScope":
        if self.workload is not None and self.namespace is None:
            raise ValueError("a workload needs its namespace")
        if self.workload is None and self.labels:
            raise ValueError("labels are those of one workload: name it")
        listed = [*self.namespaces, *(one.namespace for one in self.services)]
        if self.namespace in listed:
            raise ValueError(f"namespace {self.namespace} is its own: it is always known")
        return self

    @property
    def client(self) -> Workload:
        """The workload, or one that stands for the others of its namespace."""
        return Workload(namespace=self.namespace or "shop", name=self.workload or "client", labels=self.labels)


def _sidecar(asked: SidecarScope, site: Site) -> Plan:
    name, others = _name(asked, site), _others(asked, site)
    namespace = asked.namespace or site.root_namespace
    values = {
        "name": name,
        "namespace": namespace,
        "selector": site.selector(asked.client) if asked.workload else None,
        "hosts": list(_hosts(asked, site)),
        "kept": list(_kept(asked)) if others is Others.REFUSED else [],
        "mode": {Others.PASSED: "ALLOW_ANY", Others.REFUSED: "REGISTRY_ONLY"}.get(asked.others) if asked.others else "",
    }
    who = asked.client.text if asked.workload else f"namespace {asked.namespace}" if asked.namespace else "the mesh"
    deploy = f"deploy/{asked.workload or 'NAME'} -n {asked.namespace or 'NAMESPACE'}"
    return Plan(
        steps=(Sheet("sidecar-scope.yaml", "istio/sidecar-scope.yaml.j2", values),),
        questions=tuple(_questions(asked, site, others)),
        cast=tuple(_cast(asked, site)),
        prerequisites=(
            f"all that {who} calls is listed: istio_requests_total and istio_tcp_connections_opened_total of reporter"
            ' "source" name it by destination_service',
        ),
        verify=(f"istioctl proxy-config cluster {deploy}", f"kubectl get sidecar {name} -n {namespace} -o yaml"),
        notes=(*_replaced(site, namespace, name), *_notes(asked, others)),
    )


_KEPT = {
    "DNS over TCP": Service(namespace="kube-system", name="kube-dns", port=53),
    "the API server": Service(namespace="default", name="kubernetes", port=443),
}
"""What workloads call without anybody's asking for it."""


def _kept(asked: SidecarScope) -> Iterator[str]:
    known = {asked.namespace, *asked.namespaces}
    return (f"{one.namespace}/{one.host}" for one in _KEPT.values() if one.namespace not in known)


def _name(asked: SidecarScope, site: Site) -> str:
    """That of the scope that the namespace has: of two without a selector only one counts."""
    if asked.workload is not None:
        return asked.workload
    namespace = asked.namespace or site.root_namespace
    held = (one for one in site.view.of_kind(SIDECAR) if one.namespace == namespace)
    return next((one.name for one in held if one.get("spec.workloadSelector") is None), "default")


def _replaced(site: Site, namespace: str, name: str) -> Iterator[str]:
    if site.view.find(SIDECAR, namespace, name) is not None:
        yield f"it takes the place of Sidecar {namespace}/{name}, which is there: keep that one to roll back"


def _others(asked: SidecarScope, site: Site) -> Others:
    """What becomes of other calls, where the mesh decides it too."""
    if asked.others is not None:
        return asked.others
    return Others.REFUSED if mesh_config(site.view).blocks_unknown_hosts else Others.PASSED


def _hosts(asked: SidecarScope, site: Site) -> Iterator[str]:
    yield "./*"
    named = dict.fromkeys((site.root_namespace, *asked.namespaces))
    yield from (f"{namespace}/*" for namespace in named)
    yield from dict.fromkeys(f"{one.namespace}/{one.host}" for one in asked.services)


def _notes(asked: SidecarScope, others: Others) -> Iterator[str]:
    if others is Others.PASSED:
        yield (
            "calls to Services that are not listed still get through, but without mutual TLS, routes and policies of"
            " the mesh: a server in mode STRICT refuses them"
        )
    else:
        yield "refusing is done by the sidecar itself: a pod that goes past it is held back by a NetworkPolicy alone"
    if asked.workload is not None:
        yield "it takes the place of its namespace's scope, and adds nothing to it"
    elif asked.namespace is None:
        yield "it counts in every namespace that has no scope of its own, and `./*` stands for the client's namespace"
    yield "ports that the workloads listen on stay as they are"


_BEYOND = Actor("not-listed", "server", services={"server": 80})
_OUTSIDE = "ip:203.0.113.10:443"


def _cast(asked: SidecarScope, site: Site) -> Iterator[Actor]:
    yield site.player(asked.client)
    yield Actor(asked.client.namespace, "neighbour", services={"neighbour": 80})
    yield from (Actor(namespace, "server", services={"server": 80}) for namespace in asked.namespaces)
    for one in asked.services:
        yield Actor(one.namespace, one.name, services={one.name: one.port})
    yield _BEYOND
    for one in _KEPT.values():
        yield Actor(
            one.namespace, one.name, ports=(one.port,), services={one.name: one.port}, protocol="tcp", is_meshed=False
        )


def _questions(asked: SidecarScope, site: Site, others: Others) -> Iterator[CallQuestion]:
    client = asked.client.text
    inside = asked.client.namespace
    yield _known("a call inside the namespace", client, f"svc:{inside}/neighbour:80")
    for namespace in asked.namespaces:
        yield _known("a Service of a namespace that is listed", client, f"svc:{namespace}/server:80")
    for one in asked.services:
        yield _known("a Service that is listed", client, one.address)
    is_passed = others is Others.PASSED
    is_passed = others is Others.PASSED
    yield from _unlisted(client, site, is_passed=is_passed)
    yield CallQuestion(why="an address outside", source=client, destination=_OUTSIDE, is_allowed=is_passed)
    for why, one in _KEPT.items():
        yield CallQuestion(why=why, source=client, destination=one.address, is_allowed=None)
    if asked.workload is not None:
        why = "another workload of the namespace, whose scope is as it was"
        yield _known(why, f"{inside}/neighbour", f"svc:{_BEYOND.text}:80")


def _unlisted(client: str, site: Site, *, is_passed: bool) -> Iterator[CallQuestion]:
    """It is called in clear, which a server in mode STRICT refuses."""
    possible = namespace_mode(site.view, _BEYOND.namespace).possible
    if is_passed and len(possible) > 1:
        return
    is_allowed = is_passed and possible[0] is not MtlsMode.STRICT
    yield CallQuestion(
        why="a Service that is not listed",
        source=client,
        destination=f"svc:{_BEYOND.text}:80",
        is_allowed=is_allowed,
        is_encrypted=False if is_allowed else None,
    )


def _known(why: str, source: str, destination: str) -> CallQuestion:
    return CallQuestion(why=why, source=source, destination=destination, is_allowed=None)


INTENT = Intent(
    name="sidecar-scope",
    group=Group.TRAFFIC,
    summary="Sidecars know the Services of their own namespace, and those that are listed.",
    parameters=SidecarScope,
    examples=(
        Example("a namespace that calls two others", {"namespace": "shop", "namespaces": ["payments", "stock"]}),
        Example(
            "one workload, everything else refused",
            {
                "namespace": "shop",
                "workload": "cart",
                "labels": {"app.kubernetes.io/name": "cart"},
                "services": [{"namespace": "payments", "name": "ledger", "port": 8443}],
                "others": "refused",
            },
        ),
        Example("the default of the whole mesh", {"namespaces": ["platform"], "others": "passed"}),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: _sidecar,
        Dialect.ISTIO_AMBIENT: Gap(
            "what a client's proxy knows: a Sidecar is passed over in ambient mode",
            "nothing for a namespace: ztunnel knows addresses and identities alone; for the mesh, discoverySelectors",
        ),
        Dialect.LINKERD: Gap(
            "what a client's proxy knows: it asks the control plane for what its application calls",
            "nothing is needed for its size; to keep clients away, the servers' policies (intent allow-calls)",
        ),
        Dialect.CILIUM: Gap(
            "what a client's proxy knows: each node's agent serves all its pods",
            "nothing is needed for its size; to keep clients from calling, egress rules (intent egress-allow)",
        ),
        Dialect.GATEWAY_API: Gap(
            "what a client's proxy knows: the Gateway API has no object for proxies of workloads",
            "this intent for the mesh that implements it",
        ),
    },
)
