"""Objects with right and wrong metadata, for each form of names and for each kind that has a form of its own.

The API server judges the same table in `tests/kube`, so what it holds is what the server says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from tests.catalog.objects import GATEWAY_API, ISTIO, thing

__all__ = ["CASES", "Case"]

Data = dict[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """An object and whether it is accepted."""

    name: str
    data: Data
    is_accepted: bool


_POD: Data = {"containers": [{"name": "shop", "image": "example.com/shop:1"}]}
_TEMPLATE: Data = {"metadata": {"labels": {"app": "shop"}}, "spec": _POD}
_WORKLOAD: Data = {"selector": {"matchLabels": {"app": "shop"}}, "template": _TEMPLATE}
_JOB: Data = {"template": {"spec": {**_POD, "restartPolicy": "Never"}}}
_SERVICE: Data = {"selector": {"app": "shop"}, "ports": [{"port": 80}]}
_RBAC = "rbac.authorization.k8s.io/v1"
_ROLE_REF: Data = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
_HOOKS = "admissionregistration.k8s.io/v1"

_VIRTUAL_SERVICE = thing(ISTIO, "VirtualService", spec={"hosts": ["shop"]})
_CLASS = thing(GATEWAY_API, "GatewayClass", spec={"controllerName": "example.com/shop"})
_CONFIG_MAP = thing("v1", "ConfigMap")
_DEPLOYMENT = thing("apps/v1", "Deployment", spec=_WORKLOAD)
_STATEFUL_SET = thing("apps/v1", "StatefulSet", spec=_WORKLOAD)
_CRON_JOB = thing("batch/v1", "CronJob", spec={"schedule": "@daily", "jobTemplate": {"spec": _JOB}})
_BUDGET = thing("policy/v1", "PodDisruptionBudget", spec={"maxUnavailable": 1, "selector": {"matchLabels": {"a": "b"}}})
_POLICY = thing("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {"matchLabels": {"a": "b"}}})
_WEBHOOKS = thing(_HOOKS, "ValidatingWebhookConfiguration")
_CLUSTER_ROLE = thing(_RBAC, "ClusterRole", rules=[])
_BINDING: Data = {"roleRef": _ROLE_REF, "subjects": []}
_SCALER: Data = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}, "maxReplicas": 2}

_KINDS: Mapping[str, Sequence[Data]] = {
    "subdomain": (
        _VIRTUAL_SERVICE,
        _CLASS,
        _CONFIG_MAP,
        _DEPLOYMENT,
        _POLICY,
        _WEBHOOKS,
        thing(_HOOKS, "MutatingWebhookConfiguration"),
        thing("v1", "Pod", spec=_POD),
        thing("v1", "Secret"),
        thing("v1", "ServiceAccount"),
        thing("v1", "Endpoints"),
        thing("discovery.k8s.io/v1", "EndpointSlice", addressType="IPv4", endpoints=[]),
        thing("autoscaling/v2", "HorizontalPodAutoscaler", spec=_SCALER),
        thing("apps/v1", "DaemonSet", spec=_WORKLOAD),
        thing("apps/v1", "ReplicaSet", spec=_WORKLOAD),
        thing("networking.k8s.io/v1", "Ingress", spec={"defaultBackend": {"resource": {"kind": "A", "name": "a"}}}),
        thing("networking.k8s.io/v1", "IngressClass", spec={"controller": "example.com/shop"}),
        thing(
            "batch/v1",
            "Job",
            spec={
                **_JOB,
                "manualSelector": True,
                **_WORKLOAD,
                "template": {"metadata": {"labels": {"app": "shop"}}, "spec": {**_POD, "restartPolicy": "Never"}},
            },
        ),
    ),
    "label": (thing("v1", "Namespace"), thing("v1", "Service", spec=_SERVICE), _STATEFUL_SET),
    "job": (thing("batch/v1", "Job", spec=_JOB),),
    "cron": (_CRON_JOB,),
    "budget": (_BUDGET,),
    "rbac": (
        _CLUSTER_ROLE,
        thing(_RBAC, "Role", rules=[]),
        thing(_RBAC, "RoleBinding", **_BINDING),
        thing(_RBAC, "ClusterRoleBinding", **_BINDING),
    ),
}
"""Form of names -> objects of every kind that has it."""
_EVERY = frozenset(_KINDS)
_DOTTED = _EVERY - {"label"}
_FREE = frozenset({"budget", "rbac"})
_NONE: frozenset[str] = frozenset()

_NAMES: Mapping[str, frozenset[str]] = {
    "a": _EVERY,
    "1": _EVERY,
    "1a-b": _EVERY,
    "a--b": _EVERY,
    "a.b": _DOTTED,
    "a.1-b.c": _DOTTED,
    "Upper": _FREE,
    "-a": _FREE,
    "a-": _FREE,
    "a..b": _FREE,
    "a.-b": _FREE,
    "a-.b": _FREE,
    ".a": _FREE,
    "a.": _FREE,
    "a_b": _FREE,
    "a:b": _FREE,
    "a b": _FREE,
    "a\n": _FREE,
    "ä": _FREE,
    "{{ name }}": _FREE,
    "...": _FREE,
    ".": _NONE,
    "..": _NONE,
    "a/b": _NONE,
    "a%b": _NONE,
    "": _NONE,
    "a" * 52: _EVERY,
    "a" * 53: _EVERY - {"cron"},
    "a" * 63: _EVERY - {"cron"},
    "a" * 64: _FREE | {"subdomain"},
    "a" * 253: _FREE | {"subdomain"},
    "a" * 254: _FREE,
}
"""Name -> forms that accept it."""

_PREFIXES: Mapping[str, frozenset[str]] = {
    "a": _EVERY,
    "a-": _EVERY,
    "a--": _EVERY,
    "a.b-": _DOTTED,
    "a.": _FREE,
    "a.-": _FREE,
    "-": _FREE,
    "--": _FREE,
    "Upper-": _FREE,
    ".": frozenset({"budget"}),
    "..": frozenset({"budget"}),
    "a/": _NONE,
    "a/-": _NONE,
    "a%": _NONE,
    "a" * 47: _EVERY,
    "a" * 48: _EVERY - {"cron"},
    "a" * 57 + ".-b": _FREE,
    "a" * 63: _EVERY - {"cron"},
    "a" * 63 + "-": _EVERY - {"cron"},
    "a" * 64: _EVERY - {"cron", "label"},
    "a" * 64 + "-": _EVERY - {"cron", "label"},
    "a" * 253 + "-": _EVERY - {"cron", "label"},
    "a" * 254: _FREE,
}
"""`generateName` -> forms that accept it."""

_BESIDE_NAME = {"": True, "a": True, "a.-": True, "a/": False, "a/-": False, "a%-": False}
_GOOD_KEYS = (
    "app",
    "App_1.a-b",
    "example.com/app",
    "a/b",
    "1/2",
    "a" * 63,
    f"{'a' * 253}/b",
    f"{'a.' * 126}a/{'b' * 63}",
)
_BAD_KEYS = (
    "",
    "-app",
    "app-",
    "a b",
    "a/b/c",
    "/a",
    "a/",
    "Example_com/app",
    "a..b/c",
    "ä",
    "a\n",
    "a" * 64,
    f"{'a' * 254}/b",
)
_VALUES: Mapping[str, bool] = {
    "": True,
    "a": True,
    "1.A_b-c": True,
    "a" * 63: True,
    "a" * 64: False,
    "two words": False,
    "-a": False,
    "a.": False,
    "a/b": False,
    "*": False,
    "ä": False,
    "a\n": False,
}
_KELVIN, _DOTTED_I = "\u212a", "\u0130"
_ANNOTATIONS: Sequence[tuple[Mapping[str, object], bool]] = (
    *(({key: "two\nwords"}, True) for key in _GOOD_KEYS),
    *(({key: "a"}, key == "Example.com/A") for key in (*_BAD_KEYS, "Example.com/A")),
    ({_KELVIN: "a", _DOTTED_I: "a"}, True),
    ({"a": None}, True),
    ({"a": "b" * (256 * 1024 - 1)}, True),
    ({"a": "b" * (256 * 1024)}, False),
    ({"a": "é" * (128 * 1024)}, False),
    ({"a": "b" * (128 * 1024), "c": "d" * (128 * 1024 - 2)}, True),
    ({"a": "b" * (128 * 1024), "c": "d" * (128 * 1024 - 1)}, False),
)
_FINALIZERS: Sequence[tuple[Sequence[object], bool]] = (
    ([], True),
    (["example.com/a", "example.com/a"], True),
    (["orphan", "kubernetes"], True),
    (["foregroundDeletion"], True),
    (["foregroundDeletion", "orphan"], False),
    (["two words"], False),
    ([""], False),
    ([None], False),
    (["Example.com/a"], False),
    (["a/b/c"], False),
)
_OWNER: Data = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}
_OWNERS: Sequence[tuple[Sequence[object], bool]] = (
    ([_OWNER, _OWNER], True),
    ([{**_OWNER, "controller": True}, {**_OWNER, "controller": False}], True),
    ([{**_OWNER, "controller": True}, {**_OWNER, "controller": True, "blockOwnerDeletion": None}], True),
    ([{**_OWNER, "controller": True}, {**_OWNER, "controller": True, "blockOwnerDeletion": False}], False),
    ([{**_OWNER, "controller": True}, {**_OWNER, "controller": True, "uid": "c"}], False),
    ([{**_OWNER, "kind": "Event"}], False),
    ([{**_OWNER, "apiVersion": "/v1", "kind": "Event"}], False),
    ([{**_OWNER, "apiVersion": "events.k8s.io/v1", "kind": "Event"}], True),
    ([{**_OWNER, "name": "Two Words", "uid": "no uid", "kind": "no kind"}], True),
    *(([{**_OWNER, name: ""}], False) for name in _OWNER),
    *(([{key: value for key, value in _OWNER.items() if key != name}], False) for name in _OWNER),
    *(([{**_OWNER, "apiVersion": version}], False) for version in ("/", "apps/", "a/b/c")),
    *(([{**_OWNER, "apiVersion": version}], True) for version in ("/v1", "apps/v1", "no version")),
    ([None], False),
)
_OTHERS: Sequence[tuple[str, object, bool]] = (
    ("namespace", "a", True),
    ("namespace", "", True),
    ("namespace", None, True),
    ("namespace", "Upper", False),
    ("namespace", "a.b", False),
    ("namespace", "a" * 63, True),
    ("namespace", "a" * 64, False),
    ("name", None, False),
    ("labels", None, True),
    ("labels", {"a": None}, True),
    ("annotations", None, True),
    ("finalizers", None, True),
    ("ownerReferences", None, True),
)


def _with(data: Data, **changes: object) -> Data:
    return {**data, "metadata": {**cast(Data, data["metadata"]), **changes}}


def _placed(data: Data, path: str, value: object) -> Data:
    """The object with another value at a dotted path."""
    name, _, rest = path.partition(".")
    return {**data, name: _placed(cast(Data, data.get(name, {})), rest, value) if rest else value}


def _named() -> Iterator[Case]:
    for form, objects in _KINDS.items():
        for data in objects:
            for name, forms in _NAMES.items():
                yield _case(_with(data, name=name), f"name {name!r}", form in forms)
            for prefix, forms in _PREFIXES.items():
                made = {**data, "metadata": {"generateName": prefix}}
                yield _case(made, f"generateName {prefix!r}", form in forms)
            for prefix, is_accepted in _BESIDE_NAME.items():
                yield _case(_with(data, generateName=prefix), f"name and generateName {prefix!r}", is_accepted)
            yield _case({**data, "metadata": {}}, "no name", False)
            yield _case({**data, "metadata": None}, "null metadata", False)
            yield _case({key: value for key, value in data.items() if key != "metadata"}, "no metadata", False)


def _labelled(data: Data, path: str, keep: Mapping[str, object]) -> Iterator[Case]:
    for key in _GOOD_KEYS:
        yield _case(_placed(data, path, {**keep, key: keep.get(key, "a")}), f"{path} {key!r}", True)
    for key in _BAD_KEYS:
        yield _case(_placed(data, path, {**keep, key: "a"}), f"{path} {key!r}", False)
    for value, is_accepted in _VALUES.items():
        yield _case(_placed(data, path, {**keep, "b": value}), f"{path} b={value!r}", is_accepted)


def _annotated(data: Data, path: str) -> Iterator[Case]:
    for number, (annotations, is_accepted) in enumerate(_ANNOTATIONS):
        yield _case(_placed(data, path, annotations), f"{path} {number}", is_accepted)


def _of_metadata(data: Data) -> Iterator[Case]:
    yield from _labelled(data, "metadata.labels", {})
    yield from _annotated(data, "metadata.annotations")
    for name, lists in (("finalizers", _FINALIZERS), ("ownerReferences", _OWNERS)):
        for value, is_accepted in lists:
            yield _case(_with(data, **{name: value}), f"{name} {value!r}", is_accepted)
    for name, other, is_accepted in _OTHERS:
        is_ignored = name == "namespace" and data in (_CLASS, _WEBHOOKS, _CLUSTER_ROLE)
        yield _case(_with(data, **{name: other}), f"{name} {other!r}", is_accepted or is_ignored)


def _elsewhere() -> Iterator[Case]:
    app = {"app": "shop"}
    for data in (_DEPLOYMENT, _STATEFUL_SET, *_KINDS["subdomain"][13:15]):
        yield from _labelled(data, "spec.template.metadata.labels", app)
        yield from _annotated(data, "spec.template.metadata.annotations")
        yield from _matching(data)
    job = _KINDS["job"][0]
    yield from _labelled(job, "spec.template.metadata.labels", {})
    yield from _annotated(job, "spec.template.metadata.annotations")
    yield from _labelled(_CRON_JOB, "spec.jobTemplate.spec.template.metadata.labels", {})
    yield from _annotated(_CRON_JOB, "spec.jobTemplate.spec.template.metadata.annotations")
    yield from _labelled(_KINDS["label"][1], "spec.selector", app)
    yield from _labelled(_POLICY, "spec.podSelector.matchLabels", {})
    yield from _labelled(_BUDGET, "spec.selector.matchLabels", {})


def _matching(data: Data) -> Iterator[Case]:
    """Selectors together with the labels they select."""
    for case in _labelled(data, "spec.selector.matchLabels", {"app": "shop"}):
        spec = cast(Data, case.data["spec"])
        labels = cast(Data, spec["selector"])["matchLabels"]
        yield Case(case.name, _placed(case.data, "spec.template.metadata.labels", labels), case.is_accepted)


def _unqualified() -> Iterator[Case]:
    for form, objects in _KINDS.items():
        for data in objects:
            is_lax = data in (_VIRTUAL_SERVICE, _CLASS, _BUDGET) or data["apiVersion"] == _HOOKS
            yield _case(_with(data, finalizers=["a"]), f"unqualified finalizer ({form})", is_lax)


def _case(data: Data, what: str, is_accepted: bool) -> Case:
    return Case(f"{data['apiVersion']} {data['kind']} {what}"[:150], data, is_accepted)


CASES: Sequence[Case] = (
    *_named(),
    *(
        case
        for data in (_VIRTUAL_SERVICE, _CLASS, _CONFIG_MAP, _CLUSTER_ROLE, _BUDGET, _WEBHOOKS, _DEPLOYMENT)
        for case in _of_metadata(data)
    ),
    *_elsewhere(),
    *_unqualified(),
)
