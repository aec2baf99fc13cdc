"""Plain data of a naive evaluator: objects as they are written, calls, and logic with a third value."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

__all__ = ["ROOT", "Call", "Object", "World", "every", "find", "labels_of", "negated", "of_kind", "selects", "setting"]
__all__ += ["annotations_of", "environment", "home_of", "name_of", "namespace_labels", "some", "within"]

Object = Mapping[str, Any]
World = Sequence[Object]

ROOT = "istio-system"


@dataclass(frozen=True)
class Call:
    """A call: `client` is a pod by `namespace/name` or an address outside, `port` is the server's container port.

    `server` is a pod likewise, or an address outside, or `host:` before a name.
    `service` is the Service that is addressed by `namespace/name`; empty for the pod itself. What is None is not told.
    """

    client: str
    server: str
    port: int
    service: str = ""
    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, Any] | None = None


def every(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return False if False in found else None if None in found else True


def some(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False


def negated(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def of_kind(world: World, kind: str) -> Iterator[Object]:
    return (one for one in world if one["kind"] == kind)


def find(world: World, kind: str, title: str) -> Object | None:
    return next((one for one in of_kind(world, kind) if f"{home_of(one)}/{name_of(one)}" == title), None)


def home_of(one: Object) -> str:
    return str(one["metadata"].get("namespace", ""))


def name_of(one: Object) -> str:
    return str(one["metadata"]["name"])


def labels_of(one: Object) -> Mapping[str, str]:
    return one["metadata"].get("labels") or {}


def annotations_of(one: Object) -> Mapping[str, str]:
    return one["metadata"].get("annotations") or {}


def namespace_labels(world: World, name: str) -> Mapping[str, str]:
    return [labels_of(one) for one in of_kind(world, "Namespace") if name_of(one) == name][0]  # noqa: RUF015  # missing: an error of its own


def selects(selector: Object | None, labels: Mapping[str, str]) -> bool:
    """Whether `matchLabels` are all there; no selector and an empty one select everything."""
    wanted = (selector or {}).get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items())


def setting(world: World, name: str) -> Any:
    """A setting of the mesh configuration; None where it is not set."""
    found = find(world, "ConfigMap", f"{ROOT}/istio")
    return json.loads(found["data"]["mesh"]).get(name) if found is not None else None


def environment(world: World, name: str) -> str:
    """A switch in the environment of istiod; empty where it is not set."""
    istiod = find(world, "Deployment", f"{ROOT}/istiod")
    listed = istiod["spec"]["template"]["spec"]["containers"][0]["env"] if istiod is not None else []
    return next((str(one["value"]) for one in listed if one["name"] == name), "")


def within(address: str, blocks: Iterable[str]) -> bool:
    return any(ip_address(address) in ip_network(block, strict=False) for block in blocks)
