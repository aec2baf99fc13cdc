"""Short ways to an object and to what the catalogue says about it."""

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.judgement import Judgement
from service_mesh.model.resource import Resource

ISTIO = "networking.istio.io/v1"
GATEWAY_API = "gateway.networking.k8s.io/v1"


def thing(api_version: str, kind: str, **fields: object) -> dict[str, object]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "shop"}, **fields}


def container(**fields: object) -> dict[str, object]:
    pod = {"containers": [{"name": "shop", "image": "example.com/shop:1", **fields}]}
    return thing("v1", "Pod", spec=pod)


def judge(data: dict[str, object]) -> Judgement:
    return Catalogue.bundled().check(Resource(data))


def told(data: dict[str, object]) -> list[tuple[str, str, str]]:
    """Code, pointer and message of every fault."""
    return [(code, draft.node.pointer if draft.node else "", draft.message) for code, draft in judge(data).faults]


def fixes(data: dict[str, object]) -> list[tuple[str, bool] | None]:
    """Title and safety of the fix of every fault."""
    return [(draft.fix.title, draft.fix.safe) if draft.fix else None for _, draft in judge(data).faults]
