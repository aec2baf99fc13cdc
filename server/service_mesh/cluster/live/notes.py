"""Says what of a cluster was not read: one sentence for all kinds of a group that failed for one reason."""

from collections.abc import Iterable, Iterator

from service_mesh.cluster.bounds import shown
from service_mesh.cluster.live.discovery import Discovery
from service_mesh.cluster.live.listing import Listing, Trouble
from service_mesh.model.kubectl import command
from service_mesh.model.unchecked import NotChecked

__all__ = ["notes"]

_FORBIDDEN = 403
_ROLE = "service-mesh-reader"
_AGAIN = "try again, or give a snapshot instead"


def notes(context: str, discovery: Discovery, listings: Iterable[Listing]) -> tuple[NotChecked, ...]:
    """What was not read of a cluster, the whole of it or in part.

    Args:
        context: The context, for commands.
        discovery: What the server said it serves.
        listings: What became of each kind.
    """
    all_of_them = list(listings)
    if discovery.refused and not all_of_them:
        return (_untold(context, discovery.refused),)
    found = [_silent(context, group, why) for group, why in sorted(discovery.silent.items())]
    if discovery.refused:
        why = f"the API server does not tell which groups it serves ({discovery.refused})"
        found.append(NotChecked("every kind outside of the core group", why, _discovery_remedy(discovery.refused)))
    if all_of_them and all(_status(one) == _FORBIDDEN for one in all_of_them):
        return (*found, _all_forbidden(context, all_of_them))
    return (*found, *_grouped(all_of_them))


def _grouped(listings: list[Listing]) -> Iterator[NotChecked]:
    groups: dict[tuple[str, Trouble | None, bool, bool], list[Listing]] = {}
    for one in listings:
        if one.trouble is not None or one.is_within:
            is_partial = one.trouble is not None and bool(one.resources)
            key = one.served.kind.group, one.trouble, one.is_within, is_partial
            groups.setdefault(key, []).append(one)
    for (group, trouble, is_within, is_partial), members in groups.items():
        names = f"{_joined([one.served.kind.name for one in members])} of {_group(group)}"
        namespace = members[0].namespace
        if trouble is None or (is_within and trouble.status == _FORBIDDEN):
            what = f"{names} outside of namespace '{namespace}'" if trouble is None else names
            yield NotChecked(what, "listing it in all namespaces is forbidden (403)", _permission(members))
        elif trouble.status == _FORBIDDEN:
            yield NotChecked(names, "listing it in all namespaces is forbidden (403)", _permission(members))
        else:
            part = f"{names}, behind the first {sum(len(one.resources) for one in members):,}" if is_partial else names
            yield NotChecked(part, trouble.reason, trouble.remedy or _AGAIN)


def _permission(members: list[Listing]) -> str:
    """Which role has to be asked for; the command is for whoever may give it."""
    resources = ",".join(one.served.resource for one in members)
    made = command("kubectl", "create", "clusterrole", _ROLE, "--verb=list", f"--resource={resources}")
    can_narrow = any(one.served.is_namespaced and not one.namespace for one in members)
    narrowed = "; or name a namespace that you may read" if can_narrow else ""
    return f"ask for a ClusterRole with 'list' on {resources.replace(',', ', ')}: {made}{narrowed}"


def _all_forbidden(context: str, members: list[Listing]) -> NotChecked:
    return NotChecked(
        f"every kind of context '{shown(context)}'",
        "its user may list nothing (403)",
        _permission(members),
    )


def _untold(context: str, status: int) -> NotChecked:
    return NotChecked(
        f"every kind of context '{shown(context)}'",
        f"the API server does not tell which kinds it serves ({status})",
        _discovery_remedy(status),
    )


def _discovery_remedy(status: int) -> str:
    return "ask for the ClusterRole 'system:discovery'" if status == _FORBIDDEN else _AGAIN


def _silent(context: str, group: str, why: str) -> NotChecked:
    return NotChecked(
        f"every kind of {_group(group)}", why, command("kubectl", "--context", context, "get", "apiservices")
    )


def _group(group: str) -> str:
    return f"'{shown(group)}'" if group else "the core group"


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _status(listing: Listing) -> int:
    return listing.trouble.status if listing.trouble is not None else 0
