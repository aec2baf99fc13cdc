"""mtls-migration for Istio: PERMISSIVE said in every namespace first, then STRICT for one thing after the other."""

import json
from collections.abc import Iterator, Mapping

from service_mesh.generate.dialects import Dialect
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
from service_mesh.generate.plan import Gap, Plan, Sheet, Stage
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.mutual_tls import peer_authentication_of

__all__ = ["istio"]

_TEMPLATE = "istio/strict-mtls.yaml.j2"


def istio(asked: MtlsMigration, site: Site) -> Plan:
    """Objects keep their names, so that there is one for each scope: of two, the older would count."""
    for namespace in _namespaces(asked):
        held = peer_authentication_of(site, namespace)
        if held is not None and held.root.text_at("spec.mtls.mode") == "STRICT":
            raise InexpressibleError(_strict_already(namespace))
    found = tuple(rounds(asked))
    return Plan(
        steps=(*_permissive(asked, site), *(_strict(one, site) for one in found)),
        questions=(*questions(asked, site), *_agents(asked, site)),
        cast=cast(asked, site),
        stages=tuple(_stages(asked, site, found)),
        prerequisites=(
            "clients outside of the mesh lose their connections in the end: Ingress controllers, scrapers of ports of"
            " workloads, jobs and webhooks as well; service-mesh mtls lists them",
            "Prometheus scrapes the proxies, and keeps what it read for a week",
        ),
        verify=("kubectl get peerauthentication -A", "service-mesh mtls --context current"),
        notes=tuple(_notes(asked, site)),
    )


def _namespaces(asked: MtlsMigration) -> tuple[str, ...]:
    return tuple(dict.fromkeys(move.namespace for move in asked.moves))


def _permissive(asked: MtlsMigration, site: Site) -> Iterator[Sheet]:
    for namespace in _namespaces(asked):
        yield _of_namespace(f"{FIRST}-{namespace}.yaml", FIRST, namespace, "PERMISSIVE", site)


def _strict(one: Round, site: Site) -> Sheet:
    name = f"{one.name}.yaml"
    if one.move is None:
        return _of_namespace(name, one.name, site.root_namespace, "STRICT", site)
    if one.move.workload is None:
        back = f"kubectl apply -f {FIRST}-{one.move.namespace}.yaml"
        return _of_namespace(name, one.name, one.move.namespace, "STRICT", site, back)
    values = {
        "name": one.move.workload,
        "namespace": one.move.namespace,
        "selector": site.selector(one.move.server),
        "ports": (),
    }
    return Sheet(name, _TEMPLATE, values, one.name)


def _of_namespace(file: str, stage: str, namespace: str, mode: str, site: Site, back: str = "") -> Sheet:
    """The object of a namespace; one that is there already keeps its name, and gets back what it said."""
    held = peer_authentication_of(site, namespace)
    values: Mapping[str, object] = {
        "name": held.name if held is not None else "default",
        "namespace": namespace,
        "selector": None,
        "ports": (),
        "mode": mode,
    }
    if held is not None and not back:
        before = json.dumps({"spec": {"mtls": held.root.value_at("spec.mtls")}}, separators=(",", ":"))
        back = f"kubectl patch peerauthentication {held.name} -n {namespace} --type merge -p '{before}'"
    return Sheet(file, _TEMPLATE, values, stage, undo=back)


def _stages(asked: MtlsMigration, site: Site, found: tuple[Round, ...]) -> Iterator[Stage]:
    listed = ", ".join(_namespaces(asked))
    yield Stage(
        FIRST, f"says for {listed} what holds without it: plaintext is taken too", tuple(_ready(found[0], site))
    )
    for number, one in enumerate(found):
        what = one.move.text if one.move is not None else "the whole mesh"
        after = tuple(_ready(found[number + 1], site)) if number + 1 < len(found) else ()
        yield Stage(one.name, f"refuses plaintext to {what}", (_well(one, site), *after))


def _ready(one: Round, site: Site) -> Iterator[str]:
    """What shows that nobody sends plaintext any more to what is next."""
    scope = _scope(one.move)
    what = one.move.text if one.move is not None else "the mesh"
    yield f"service-mesh mtls --context current{scope}: strict_ready is true"
    metrics = ["istio_tcp_connections_opened_total"]
    if site.dialect is Dialect.ISTIO_SIDECAR:
        metrics.insert(0, "istio_requests_total")
    for metric in metrics:
        yield f"Prometheus has no plaintext to {what} in a week: {_plaintext(metric, one.move)}"


def _scope(move: Move | None) -> str:
    if move is None:
        return ""
    return f" --workload {move.text}" if move.workload else f" -n {move.namespace}"


def _plaintext(metric: str, move: Move | None) -> str:
    """The query; the label tells of mTLS at the destination alone."""
    labels = ['reporter="destination"', 'connection_security_policy!="mutual_tls"']
    if move is not None:
        labels.append(f'destination_workload_namespace="{move.namespace}"')
        if move.workload:
            labels.append(f'destination_workload="{move.workload}"')
    by = "source_workload_namespace, source_workload, destination_workload"
    return f"sum by ({by}) (increase({metric}{{{','.join(labels)}}}[7d])) > 0"


def _well(one: Round, site: Site) -> str:
    """What shows that nobody is missing, and how the stage is taken back alone."""
    sheet = _strict(one, site)
    return f"its clients answer as before; if one is refused, take this stage back: {sheet.undo or _deleted(sheet)}"


def _deleted(sheet: Sheet) -> str:
    return f"kubectl delete -f {sheet.name}"


def _agents(asked: MtlsMigration, site: Site) -> Iterator[CallQuestion]:
    """The port of the injected agent, where it answers for probes and metrics."""
    if site.dialect is Dialect.ISTIO_SIDECAR:
        place = f"{asked.moves[0].server.text}:15020"
        yield CallQuestion(why="probes and merged metrics", source="external", destination=place, is_allowed=True)


def _notes(asked: MtlsMigration, site: Site) -> Iterator[str]:
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield "probes go on: the injected agent asks for them from inside"
    else:
        yield "probes go on: ztunnel lets the kubelet of its node pass"
        yield "workloads of the mesh send each other mutual TLS before as well: STRICT keeps out who is not in it"
    if asked.whole_mesh:
        yield "the last stage is for every namespace without an object of its own, those that no move names as well"


def _strict_already(namespace: str) -> Gap:
    return Gap(
        f"a first stage for namespace {namespace}, which takes mutual TLS alone already: it would let plaintext in",
        "leave it away from `moves`",
    )
