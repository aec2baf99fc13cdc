"""Puts the objects of a cluster into the API server, their status too, and takes them away again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import CONFLICT, CREATED, NOT_FOUND, OK
from typing import Any
from urllib.parse import quote

from tests.kube.client import Client, as_json

__all__ = ["ADDRESSES", "Refusal", "put", "remove", "service_account_token", "write_kubeconfig"]

MERGE = "application/merge-patch+json"
ADDRESSES = frozenset({"clusterIP", "clusterIPs"})
"""Fields of a Service that the server fills."""

_FIRST = ("Namespace", "ServiceAccount", "Node")
_LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "APIService")  # they would be called
_OF_THE_SERVER = frozenset({"uid", "creationTimestamp", "resourceVersion", "generation", "managedFields", "selfLink"})


Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server says to an object that it does not take."""

    document: Document
    message: str


def put(client: Client, documents: Iterable[Document]) -> list[Refusal]:
    """Create objects, or replace those that are there, and set their status; what the server refuses is returned."""
    ordered = sorted(documents, key=_turn)
    return [refusal for document in ordered if (refusal := _put(client, document)) is not None]


def remove(client: Client, documents: Iterable[Document]) -> None:
    """Delete objects at once; those that are not there are gone already."""
    for document in sorted(documents, key=_turn, reverse=True):
        path = _path(client, document)
        if path is not None:
            client.request("DELETE", f"{path}/{quote(document['metadata']['name'])}?gracePeriodSeconds=0")


def service_account_token(client: Client, namespace: str, name: str) -> str:
    """A token of a ServiceAccount that is there."""
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
    body = as_json({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}})
    status: Any = client.ask("POST", path, body)["status"]
    return str(status["token"])


def write_kubeconfig(server: str, authority: str, user: Mapping[str, str], context: str = "tests") -> bytes:
    """A kubeconfig with one context, as JSON, which is YAML."""
    return as_json(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "contexts": [{"name": context, "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": server, "certificate-authority": authority}}],
            "users": [{"name": "u", "user": dict(user)}],
        }
    )


def _turn(document: Document) -> int:
    kind = document["kind"]
    return _FIRST.index(kind) - len(_FIRST) if kind in _FIRST else kind in _LAST


def _put(client: Client, document: Document) -> Refusal | None:
    path = _path(client, document)
    if path is None:
        return Refusal(document, "its kind is not served")
    body = _body(document)
    one = f"{path}/{quote(document['metadata']['name'])}"
    code, answer = client.request("POST", path, as_json(body))
    if code == CONFLICT and document["kind"] == "Namespace":
        code, answer = client.request("PUT", one, as_json(body))  # deleted, it would stay as one that terminates
    elif code == CONFLICT:
        client.request("DELETE", f"{one}?gracePeriodSeconds=0")
        code, answer = client.request("POST", path, as_json(body))  # fields that cannot be changed are no obstacle
    if document["kind"] == "Node" and code == CREATED:
        code, answer = client.request("PUT", one, as_json(body))  # what is new is tainted as not ready
    if code not in (OK, CREATED):
        return Refusal(document, str(answer.get("message")))
    if "status" in document:
        code, answer = client.request("PATCH", f"{one}/status", as_json({"status": document["status"]}), MERGE)
        if code not in (OK, NOT_FOUND):  # kinds without the subresource keep their status in the object
            return Refusal(document, str(answer.get("message")))
    return None


def _body(document: Document) -> dict[str, Any]:
    metadata = {name: value for name, value in document["metadata"].items() if name not in _OF_THE_SERVER}
    if owners := metadata.get("ownerReferences"):
        metadata["ownerReferences"] = [{"uid": owner["name"], **owner} for owner in owners]
    spec = document.get("spec")
    if document["kind"] == "Service" and isinstance(spec, dict) and spec.get("clusterIP") != "None":
        spec = {name: value for name, value in spec.items() if name not in ADDRESSES}  # the server hands them out
    return {**document, "metadata": metadata, **({"spec": spec} if spec is not None else {})}


def _path(client: Client, document: Document) -> str | None:
    api_version, namespace = document["apiVersion"], document["metadata"].get("namespace")
    resource = client.kind(api_version, document["kind"])
    if resource is None:
        return None
    root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
    place = f"/namespaces/{quote(namespace or 'default')}" if resource.is_namespaced else ""
    return f"{root}{place}/{resource.plural}"
