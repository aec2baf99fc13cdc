"""What somebody means by the text `shop/web`: the one workload, pod or Service that is asked about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from service_mesh.errors import UsageError
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of, workloads
from service_mesh.model.kinds import (
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    POD,
    REPLICA_SET,
    ROLLOUT,
    SERVICE,
    STATEFUL_SET,
    WORKLOAD_ENTRY,
    WORKLOAD_GROUP,
    Kind,
)
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource

__all__ = ["NAME_FORM", "Subject", "subject"]

_WORDS: Mapping[Kind, tuple[str, ...]] = {
    DEPLOYMENT: ("deploy", "deployment", "deployments"),
    STATEFUL_SET: ("sts", "statefulset", "statefulsets"),
    DAEMON_SET: ("ds", "daemonset", "daemonsets"),
    REPLICA_SET: ("rs", "replicaset", "replicasets"),
    JOB: ("job", "jobs"),
    CRON_JOB: ("cj", "cronjob", "cronjobs"),
    ROLLOUT: ("rollout", "rollouts"),
    POD: ("po", "pod", "pods"),
    SERVICE: ("svc", "service", "services"),
    WORKLOAD_ENTRY: ("we", "workloadentry", "workloadentries"),
    WORKLOAD_GROUP: ("wg", "workloadgroup", "workloadgroups"),
}
"""Kind -> the words for it as kubectl knows them, the one that is shown first."""

_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}
_SHOWN = 80
_MOST = 5
NAME_FORM = "write it as namespace/name, such as shop/web, or with a kind before it, such as deploy/shop/web"


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is asked about.

    Attributes:
        resource: The object that was named.
        workloads: What runs there: the workload itself, the one of a named pod, or those behind a named Service.
    """

    resource: Resource
    workloads: tuple[Workload, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    cluster: str
    kind: Kind | None
    namespace: str
    name: str


def subject(view: MeshView, text: str) -> Subject | None:
    """Find what a text names: `namespace/name`, `kind/namespace/name`, `cluster/kind/namespace/name`.

    A name without a kind is that of a workload, else of a Service, else of a pod or ReplicaSet.

    Returns:
        None where no workload and no Service at all was read, so that nothing can be said about the name.

    Raises:
        UsageError: The text has another form, nothing has the name, or several objects have it.
    """
    wanted = _read(text, view)
    found = _named(view, wanted)
    if len(found) == 1:
        return found[0]
    if found:
        forms = sorted(_form(one.resource, full=len({one.resource.cluster for one in found}) > 1) for one in found)
        raise UsageError(f"'{text[:_SHOWN]}' names several workloads", f"write one of {', '.join(forms[:_MOST])}")
    if not workloads(view) and not view.of_kind(SERVICE):
        return None
    raise UsageError(f"no workload '{text[:_SHOWN]}' was read", _hint(view, wanted))


def _read(text: str, view: MeshView) -> _Wanted:
    *before, namespace, name = ["", "", *text.strip().split("/")]
    parts = [part for part in before if part]
    if not namespace or not name:
        raise UsageError(f"'{text[:_SHOWN]}' does not say the namespace of the workload", _same_name(view, text))
    if not parts:
        return _Wanted("", None, namespace, name)
    kind = _KINDS.get(parts[-1].lower())
    if kind is None:
        near = nearest(parts[-1].lower(), _KINDS)
        hint = f"did you mean '{near}/{namespace}/{name}'?" if near else NAME_FORM
        raise UsageError(f"'{parts[-1][:_SHOWN]}' is no kind of workload", hint)
    return _Wanted("/".join(parts[:-1]), kind, namespace, name)


def _named(view: MeshView, wanted: _Wanted) -> list[Subject]:
    for candidates in (workloads, _services, _pods):
        found = list(_subjects(view, (one for one in candidates(view) if _fits(one, wanted))))
        if found:
            return found
    return []


def _fits(one: Workload | Resource, wanted: _Wanted) -> bool:
    resource = one.resource if isinstance(one, Workload) else one
    return (
        (resource.namespace, resource.name) == (wanted.namespace, wanted.name)
        and wanted.kind in (None, resource.kind)
        and wanted.cluster in ("", resource.cluster)
    )


def _subjects(view: MeshView, candidates: Iterable[Workload | Resource]) -> Iterator[Subject]:
    for one in candidates:
        if isinstance(one, Workload):
            yield Subject(one.resource, (one,))
        elif one.kind == SERVICE:
            yield Subject(one, workloads_of(view, one))
        elif (workload := workload_of(view, one)) is not None:
            yield Subject(one, (workload,))


def _services(view: MeshView) -> tuple[Resource, ...]:
    return view.of_kind(SERVICE)


def _pods(view: MeshView) -> tuple[Resource, ...]:
    return (*view.of_kind(POD), *view.of_kind(REPLICA_SET))


def _form(resource: Resource, *, full: bool = False) -> str:
    place = f"{_WORDS[resource.kind][0]}/{resource.namespace}/{resource.name}"
    return f"{resource.cluster}/{place}" if full and resource.cluster else place


def _hint(view: MeshView, wanted: _Wanted) -> str:
    """The nearest name that there is: in that namespace first, else in a namespace that is written nearly so."""
    known = [one.resource for one in workloads(view)] + list(view.of_kind(SERVICE))
    if wanted.namespace.lower() in _KINDS and not any(one.namespace == wanted.namespace for one in known):
        return _same_name(view, wanted.name)
    here = [one.name for one in known if one.namespace == wanted.namespace]
    near = nearest(wanted.name, here)
    if near:
        return f"did you mean '{wanted.namespace}/{near}'?"
    if here:
        shown = ", ".join(sorted(set(here))[:_MOST])
        return f"namespace '{wanted.namespace[:_SHOWN]}' has {shown}"
    place = nearest(wanted.namespace, {one.namespace for one in known})
    if place:
        return f"did you mean '{place}/{wanted.name[:_SHOWN]}'?"
    return _same_name(view, wanted.name)


def _same_name(view: MeshView, name: str) -> str:
    """Where a name is found when the namespace is not given, or is none."""
    bare = name.strip("/").rpartition("/")[2]
    places = sorted({f"{one.namespace}/{one.resource.name}" for one in workloads(view) if one.resource.name == bare})
    meant = " or ".join(f"'{place}'" for place in places[:_MOST])
    return f"did you mean {meant}?" if meant else NAME_FORM
