"""mtls-migration for Linkerd, which knows no mode: the default policy lets everybody in and logs it, then the mesh."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.mtls_migration.parameters import (
    FIRST,
    Move,
    MtlsMigration,
    Round,
    cast,
    questions,
    rounds,
)
from service_mesh.generate.patching import doing
from service_mesh.generate.plan import Command, Gap, Patch, Plan, Sheet, Stage, Step
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import (
    awaited,
    default_policy,
    linkerd_values,
    restarted,
)
from service_mesh.generate.wording.mutual_tls import LINKERD_DEFAULT
from service_mesh.generate.wording.observing import AUDIT_SINCE
from service_mesh.generate.wording.surroundings import probe
from service_mesh.model.kinds import NAMESPACE

__all__ = ["linkerd"]

_POLICY = "config.linkerd.io/default-inbound-policy"
_CONNECTIONS = "inbound_tcp_authz_allow_total"
_TIGHT = ("all-authenticated", "cluster-authenticated", "deny")


def linkerd(asked: MtlsMigration, site: Site) -> Plan:
    """Annotations of namespaces, and of the pods of single workloads, which win over them."""
    for move in asked.moves:
        if (held := _held(move, site)) in _TIGHT:
            raise InexpressibleError(_strict_already(move, held))
    found = tuple(rounds(asked))
    return Plan(
        steps=(*_first(asked, site), *(step for one in found for step in _strict(one, site))),
        questions=(*questions(asked, site), *_probes(asked)),
        cast=cast(asked, site),
        stages=tuple(_stages(asked, site, found)),
        prerequisites=(
            "clients outside of the mesh lose their connections in the end: Ingress controllers, scrapers, jobs and"
            " webhooks as well; service-mesh mtls lists them",
            "Prometheus keeps what it reads from the proxies for a week; that of linkerd-viz does so for six hours",
        ),
        verify=("linkerd viz edges deploy -A", "linkerd check --proxy", "service-mesh mtls --context current"),
        notes=tuple(_notes(asked)),
    )


def _held(move: Move, site: Site) -> str:
    """The policy that is there for what a move is about."""
    kind, namespace, path = NAMESPACE, "", "metadata.annotations"
    if move.workload is not None:
        kind, namespace, path = site.kind_of(move.server), move.namespace, f"spec.template.{path}"
    found = site.view.find(kind, namespace, move.workload or move.namespace)
    annotations = found.root.value_at(path) if found is not None else None
    return str(annotations.get(_POLICY, "")) if isinstance(annotations, Mapping) else ""


def _watching(site: Site) -> str:
    """The policy of the first stage."""
    return "audit" if site.has("linkerd", *AUDIT_SINCE) else "all-unauthenticated"


def _first(asked: MtlsMigration, site: Site) -> Iterator[Step]:
    for move in asked.moves:
        yield from _set(move, _watching(site), FIRST, site)


def _strict(one: Round, site: Site) -> Iterator[Step]:
    if one.move is None:
        yield _values(one)
    else:
        yield from _set(one.move, "all-authenticated", one.name, site)


def _set(move: Move, policy: str, stage: str, site: Site) -> Iterator[Step]:
    if move.workload is None:
        yield default_policy(move.namespace, policy, stage)
        yield Command(restarted(move.namespace), stage)
        yield Command(awaited(move.namespace), stage)
    else:  # new pods come by themselves, as their template is another one
        yield _of_workload(move, move.workload, policy, stage, site)
        place = f"{site.kind_of(move.server).name.lower()}/{move.workload} -n {move.namespace}"
        yield Command(f"kubectl rollout status {place} --timeout=5m", stage)


def _of_workload(move: Move, name: str, policy: str, stage: str, site: Site) -> Patch:
    template = {"metadata": {"annotations": {_POLICY: policy}}}
    return Patch(site.kind_of(move.server), move.namespace, name, {"spec": {"template": template}}, stage)


def _values(one: Round) -> Sheet:
    template, number = "linkerd/strict-mtls-values.yaml.j2", one.name[:3]
    return linkerd_values(template, LINKERD_DEFAULT, number=number, stage=one.name)


def _stages(asked: MtlsMigration, site: Site, found: tuple[Round, ...]) -> Iterator[Stage]:
    listed = ", ".join(move.text for move in asked.moves)
    does = (
        f"lets everybody in to {listed} and logs it" if _watching(site) == "audit" else f"lets everybody in to {listed}"
    )
    yield Stage(FIRST, does, tuple(_ready(found[0], site)))
    for number, one in enumerate(found):
        what = one.move.text if one.move is not None else "the whole mesh"
        after = tuple(_ready(found[number + 1], site)) if number + 1 < len(found) else ()
        yield Stage(one.name, f"refuses plaintext to {what}", (_well(one, site), *after))


def _ready(one: Round, site: Site) -> Iterator[str]:
    """What shows that nobody sends plaintext any more to what is next."""
    move = one.move
    if move is None:
        yield "service-mesh mtls --context current: strict_ready is true"
        yield from (f"Prometheus has no plaintext but probes in a week: {query}" for query in _plaintext())
        return
    scope = f"--workload {move.text}" if move.workload else f"-n {move.namespace}"
    yield f"service-mesh mtls --context current {scope}: strict_ready is true"
    labels = (f'namespace="{move.namespace}"', *((f'deployment="{move.workload}"',) if move.workload else ()))
    yield from (
        f"Prometheus has no plaintext to {move.text} but probes in a week: {query}" for query in _plaintext(*labels)
    )
    if _watching(site) == "audit":
        pods = "linkerd.io/control-plane-ns=linkerd"
        if move.workload is not None:
            pods = ",".join(f"{key}={value}" for key, value in site.selector(move.server).items())
        log = f"kubectl logs -n {move.namespace} -l {pods} -c linkerd-proxy --prefix"
        yield f"whom no policy takes is logged, clients of the mesh as well: {log} names their addresses and TLS"


def _plaintext(*labels: str) -> Iterator[str]:
    """The queries; probes of the kubelet come in plaintext as long as there are any.

    (`linkerd/linkerd2-proxy: linkerd/app/inbound/src/metrics/authz.rs`)
    """
    for metric, probes in (("inbound_http_authz_allow_total", ('route_name!="probe"',)), (_CONNECTIONS, ())):
        listed = ",".join(('tls!="true"', *probes, *labels))
        yield f"sum by (namespace, deployment, srv_name) (increase({metric}{{{listed}}}[7d])) > 0"


def _well(one: Round, site: Site) -> str:
    """How a stage is taken back alone."""
    before = _watching(site)
    if one.move is None:
        back = [_values(one).undo]
    elif one.move.workload is None:
        back = [*doing(default_policy(one.move.namespace, before)), restarted(one.move.namespace)]
    else:
        back = [*doing(_of_workload(one.move, one.move.workload, before, "", site))]
    return f"its clients answer as before; if one is refused, take this stage back: {' && '.join(back)}"


def _probes(asked: MtlsMigration) -> Iterator[CallQuestion]:
    return (probe(f"{move.server.text}:{move.port}") for move in asked.moves)


def _notes(asked: MtlsMigration) -> Iterator[str]:
    yield "annotations are read when a proxy is created: restart the workloads after rolling back as well"
    yield "ports that a Server selects are decided by its policies, and change in no stage"
    yield "probes over HTTP get in by themselves, those over gRPC are refused: give them a Server"
    if asked.whole_mesh:
        yield "in the last stage pods without an annotation take the policy as soon as the control plane has it"


def _strict_already(move: Move, policy: str) -> Gap:
    return Gap(
        f"a first stage for {move.text}, whose policy is {policy} already: it would let plaintext in",
        "leave it away from `moves`",
    )
