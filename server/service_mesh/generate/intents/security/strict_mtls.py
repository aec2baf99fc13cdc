"""strict-mtls: connections to these workloads have to be mutual TLS of the mesh; plaintext is refused."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, ObjectName, Port
from service_mesh.generate.parameters.parties import Workload
from service_mesh.generate.plan import Patch, Plan, Sheet, Step
from service_mesh.generate.questions import CallQuestion, Question
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import linkerd_values
from service_mesh.generate.wording.mutual_tls import (
    LINKERD_DEFAULT,
    NO_MUTUAL_TLS_IN_CILIUM,
    NO_MUTUAL_TLS_IN_GATEWAY_API,
    peer_authentication_of,
)
from service_mesh.generate.wording.surroundings import OUTSIDER
from service_mesh.model.kinds import NAMESPACE

__all__ = ["INTENT", "StrictMtls"]


class StrictMtls(Parameters):
    """What has to be mutual TLS: the whole mesh, a namespace, or one workload."""

    namespace: Annotated[Name | None, Field(description="Only this namespace; the whole mesh without it.")] = None
    workload: Annotated[ObjectName | None, Field(description="Only this workload of the namespace.")] = None
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, max_length=8, description="Labels of its pods; app=WORKLOAD without them."
    )
    port: Annotated[Port, Field(description="A container port that it listens on.")] = 8080
    plaintext_ports: Annotated[
        tuple[Port, ...],
        Field(max_length=8, description="Its container ports that clients outside of the mesh still reach."),
    ] = ()

    @model_validator(mode="after")
    def _scope(self) -> "StrictMtls":
        if self.workload is not None and self.namespace is None:
            raise ValueError("a workload needs its namespace")
        if self.workload is None and (self.labels or self.plaintext_ports):
            raise ValueError("labels and plaintext_ports are those of one workload: name it")
        if self.port in self.plaintext_ports:
            raise ValueError("port cannot be one of plaintext_ports: it is the one that has to be strict")
        return self

    @property
    def server(self) -> Workload:
        """The workload, or one that stands for the others of its namespace."""
        return Workload(
            namespace=self.namespace or "default", name=self.workload or "server", labels=self.labels, port=self.port
        )


def _istio(asked: StrictMtls, site: Site) -> Plan:
    namespace = asked.namespace or site.root_namespace
    held = peer_authentication_of(site, namespace)
    name = asked.workload or (held.name if held is not None else "default")
    values = {
        "name": name,
        "namespace": namespace,
        "selector": site.selector(asked.server) if asked.workload else None,
        "ports": asked.plaintext_ports,
    }
    target = f"peerauthentication {name} -n {namespace}"
    return Plan(
        steps=(Sheet("strict-mtls.yaml", "istio/strict-mtls.yaml.j2", values),),
        questions=_questions(asked),
        cast=_cast(asked, site),
        prerequisites=("clients outside of the mesh would lose their connections: service-mesh mtls lists them",),
        verify=(f"kubectl get {target} -o yaml", "service-mesh mtls --context current"),
    )


def _linkerd(asked: StrictMtls, site: Site) -> Plan:
    restart = "the setting is read when a proxy is created: restart the workloads"
    if asked.workload is None and asked.namespace is None:
        return Plan(
            steps=(linkerd_values("linkerd/strict-mtls-values.yaml.j2", LINKERD_DEFAULT),),
            questions=_questions(asked),
            cast=_cast(asked, site),
            verify=("linkerd viz edges deploy -A", "linkerd check --proxy"),
            notes=(restart,),
        )
    return Plan(
        steps=(_linkerd_step(asked, site),),
        questions=_questions(asked),
        cast=_cast(asked, site),
        verify=(f"linkerd viz edges deploy -n {asked.namespace}", "linkerd check --proxy"),
        notes=() if asked.workload else (restart,),
    )


def _linkerd_step(asked: StrictMtls, site: Site) -> Step:
    """Objects for one workload; of a namespace, the policy that its proxies begin with."""
    if asked.workload is None:
        policy = {"config.linkerd.io/default-inbound-policy": "all-authenticated"}
        return Patch(NAMESPACE, "", asked.namespace or "", {"metadata": {"annotations": policy}})
    values = {"asked": asked, "selector": site.selector(asked.server)}
    return Sheet("strict-mtls.yaml", "linkerd/strict-mtls-workload.yaml.j2", values)


def _questions(asked: StrictMtls) -> tuple[Question, ...]:
    server, inside, outside = asked.server.text, f"{asked.server.namespace}/client-in-the-mesh", OUTSIDER.text
    strict = f"{server}:{asked.port}"
    meshed = CallQuestion(
        why="a client of the mesh", source=inside, destination=strict, is_allowed=True, is_encrypted=True
    )
    plain = CallQuestion(why="a client outside of the mesh", source=outside, destination=strict, is_allowed=False)
    left_open = (
        CallQuestion(why="a port left open", source=outside, destination=f"{server}:{port}", is_allowed=True)
        for port in asked.plaintext_ports
    )
    return (meshed, plain, *left_open)


def _cast(asked: StrictMtls, site: Site) -> tuple[Actor, ...]:
    server = replace(site.player(asked.server), ports=(asked.port, *asked.plaintext_ports))
    return (server, Actor(asked.server.namespace, "client-in-the-mesh"), OUTSIDER)


INTENT = Intent(
    name="strict-mtls",
    group=Group.SECURITY,
    summary="Connections have to be mutual TLS of the mesh: plaintext is refused, but for ports that are named.",
    parameters=StrictMtls,
    examples=(
        Example("a namespace", {"namespace": "shop"}),
        Example("the whole mesh", {}),
        Example(
            "one workload, its metrics left open",
            {
                "namespace": "shop",
                "workload": "cart",
                "plaintext_ports": [9090],
                "labels": {"app.kubernetes.io/name": "cart"},
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: _istio,
        Dialect.ISTIO_AMBIENT: _istio,
        Dialect.LINKERD: _linkerd,
        Dialect.CILIUM: NO_MUTUAL_TLS_IN_CILIUM,
        Dialect.GATEWAY_API: NO_MUTUAL_TLS_IN_GATEWAY_API,
    },
)
