"""A large healthy cluster as kubectl saves it: the small one of the fault table with its application many times over.

From a shell: `python -m tests.support.large_cluster FOLDER NAMESPACES`; each namespace holds ten services of ten pods
each, with a route and a DestinationRule for every service.
"""

import copy
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from tests.status.faults import healthy

__all__ = ["large_cluster", "write_large_cluster"]

_SERVICES, _PODS = 10, 10
_APPLICATION = ("ServiceAccount", "Deployment", "ReplicaSet", "Service")


def large_cluster(namespaces: int) -> Iterator[Mapping[str, object]]:
    """The objects: those of the small cluster, and `namespaces` times a hundred pods with what belongs to them."""
    small = healthy("istio-sidecar")
    yield from small
    for number in range(namespaces):
        yield from _namespace(f"team-{number}", small)


def write_large_cluster(folder: Path, namespaces: int) -> None:
    """Write the objects as `kubectl get -o json` does, a List for each kind."""
    by_kind: dict[str, list[Mapping[str, object]]] = {}
    for data in large_cluster(namespaces):
        by_kind.setdefault(str(data["kind"]).lower(), []).append(data)
    for kind, items in by_kind.items():
        listed = {"apiVersion": "v1", "kind": "List", "items": items}
        (folder / f"{kind}.json").write_text(json.dumps(listed, indent=4), encoding="utf-8")


def _namespace(name: str, small: tuple[Mapping[str, object], ...]) -> Iterator[dict[str, Any]]:
    yield _renamed(_the("Namespace", "shop", small), {"shop": name})
    yield _renamed(_the("ConfigMap", "istio-ca-root-cert", small, "shop"), {"shop": name})
    for number in range(_SERVICES):
        service = f"web-{number}"
        words = {"shop": name, "web": service}
        for kind in _APPLICATION:
            yield _renamed(_first(kind, "web", small), words)
        yield _inside(_renamed(_first("VirtualService", "web", small), words), f"{service}.{name}.svc.cluster.local")
        rule = _renamed(_the("DestinationRule", "ledger", small, "payments"), {"payments": name, "ledger": service})
        yield rule
        pod = _first("Pod", "web", small)
        for replica in range(_PODS):
            yield _renamed(pod, {**words, "4kz2p": f"{replica:05d}", "q8x7m": f"{replica:05d}"})


def _inside(route: dict[str, Any], host: str) -> dict[str, Any]:
    """A route for requests inside the mesh instead of those at the gateway."""
    return {**route, "spec": {"hosts": [host], "http": route["spec"]["http"]}}


def _the(kind: str, name: str, small: tuple[Mapping[str, object], ...], namespace: str = "") -> dict[str, Any]:
    found = (cast(dict[str, Any], data) for data in small if data["kind"] == kind)
    return next(
        data
        for data in found
        if data["metadata"]["name"] == name and (not namespace or data["metadata"]["namespace"] == namespace)
    )


def _first(kind: str, start: str, small: tuple[Mapping[str, object], ...]) -> dict[str, Any]:
    found = (cast(dict[str, Any], data) for data in small if data["kind"] == kind)
    return next(
        data
        for data in found
        if data["metadata"]["name"].startswith(start) and data["metadata"].get("namespace") == "shop"
    )


def _renamed(data: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """A copy in which names are replaced inside every text."""
    return cast(dict[str, Any], _replaced(copy.deepcopy(dict(data)), words))


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(held, words) for key, held in value.items()}
    if isinstance(value, list):
        return [_replaced(held, words) for held in value]
    if isinstance(value, str):
        for old, new in words.items():
            value = value.replace(old, new)
    return value


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    write_large_cluster(target, int(sys.argv[2]))
