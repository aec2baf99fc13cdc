"""API servers that tests make: one that answers in the process, one that listens on localhost."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from service_mesh.cluster.live.getter import Answer, UnansweredError, checked
from service_mesh.cluster.live.kubeconfig import Access
from service_mesh.cluster.live.reading import read_cluster
from service_mesh.cluster.snapshot import Snapshot
from tests.kube.client import as_json

__all__ = ["ACCESS", "DATE", "Asked", "Reply", "Script", "listening", "read", "status", "write_kubeconfig"]

ACCESS = Access("east", {"server": "https://192.0.2.1:6443"}, {})
DATE = "Fri, 20 Nov 2026 12:00:00 GMT"

KINDS: Mapping[str, tuple[str, str, bool]] = {
    "/api/v1/pods": ("Pod", "pods", True),
    "/api/v1/namespaces": ("Namespace", "namespaces", False),
    "/api/v1/nodes": ("Node", "nodes", False),
    "/api/v1/secrets": ("Secret", "secrets", True),
    "/apis/apps/v1/deployments": ("Deployment", "deployments", True),
    "/apis/networking.istio.io/v1/gateways": ("Gateway", "gateways", True),
    "/apis/networking.istio.io/v1/virtualservices": ("VirtualService", "virtualservices", True),
    "/apis/policy.linkerd.io/v1beta3/servers": ("Server", "servers", True),
}
"""What the scripted servers serve, by the path of its list."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a server."""

    body: object = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else as_json(self.body)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    path: str
    query: Mapping[str, str]
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Asked], Reply]


def status(code: int, message: str = "no") -> Reply:
    return Reply({"kind": "Status", "apiVersion": "v1", "message": message, "code": code}, code)


@dataclass(slots=True)
class Script:
    """Answers as an API server would: everything is there and empty, unless a path is given answers of its own.

    Attributes:
        replies: Path -> a reply, several for one request after the other, or a function.
        asked: The requests that came, in their order.
        is_legacy: It knows no aggregated discovery.
    """

    replies: dict[str, Reply | list[Reply] | Handler] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    is_legacy: bool = False

    def get(self, path: str, query: Mapping[str, str], *, accept: str, deadline: float) -> Answer:
        reply = self.reply(Asked(checked(path, query), dict(query), headers={"Accept": accept}))
        if time.monotonic() > deadline:
            raise UnansweredError("late", "wait")
        return Answer(reply.status, reply.content)

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        found = self.replies.get(asked.path)
        if isinstance(found, list):
            found = found.pop(0)
        elif callable(found):
            found = found(asked)
        reply = found if found is not None else self._usual(asked.path)
        time.sleep(reply.wait)
        return reply

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def _usual(self, path: str) -> Reply:
        if path == "/version":
            return Reply({"gitVersion": "v1.34.2"})
        if path in ("/api", "/apis"):
            return Reply(_legacy_groups(path) if self.is_legacy else _groups(path))
        if path in KINDS:
            return Reply({"kind": f"{KINDS[path][0]}List", "metadata": {}, "items": []})
        resources = [_legacy_resource(*KINDS[one]) for one in KINDS if one.startswith(f"{path}/")]
        return Reply({"kind": "APIResourceList", "resources": resources}) if resources else status(404)


def read(script: Script, *, seconds: float = 20.0, namespace: str = "") -> Snapshot:
    """Read a scripted cluster."""
    return read_cluster(script, ACCESS, time.monotonic() + seconds, namespace=namespace)


@contextmanager
def listening(script: Script) -> Iterator[str]:
    """Have a script answer on localhost; yields the address."""

    class Handling(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = script.reply(Asked(parts.path, dict(parse_qsl(parts.query)), self.command, headers))
            content = reply.content
            if "gzip" in headers.get("accept-encoding", "") and reply.headers.get("Content-Encoding") == "gzip":
                content = gzip.compress(content)
            self.send_response_only(reply.status)
            for name, value in {"Date": DATE, "Content-Length": str(len(content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """A test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handling)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_kubeconfig(folder: Path, server: str, user: Mapping[str, object] | None = None, **cluster: object) -> str:
    """A kubeconfig with the context `east`, as JSON, which is YAML."""
    path = folder / "config"
    data = {
        "current-context": "east",
        "contexts": [{"name": "east", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "u", "user": dict(user or {})}],
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def _groups(path: str) -> Mapping[str, object]:
    items: dict[str, list[object]] = {}
    versions: dict[str, str] = {}
    for one, (kind, plural, is_namespaced) in KINDS.items():
        *_, group, version, _ = one.split("/")
        name = "" if group == "api" else group
        versions[name] = version
        items.setdefault(name, []).append(
            {
                "resource": plural,
                "responseKind": {"group": name, "version": version, "kind": kind},
                "scope": "Namespaced" if is_namespaced else "Cluster",
                "verbs": ["get", "list"],
            }
        )
    return {
        "kind": "APIGroupDiscoveryList",
        "items": [
            {"metadata": {"name": name}, "versions": [{"version": versions[name], "resources": resources}]}
            for name, resources in items.items()
            if (not name) == (path == "/api")
        ],
    }


def _legacy_groups(path: str) -> Mapping[str, object]:
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    found = sorted({tuple(one.split("/")[2:4]) for one in KINDS if one.startswith("/apis/")})
    return {
        "kind": "APIGroupList",
        "groups": [
            {"name": group, "versions": [{"version": version}], "preferredVersion": {"version": version}}
            for group, version in found
        ],
    }


def _legacy_resource(kind: str, plural: str, is_namespaced: bool) -> Mapping[str, object]:
    return {"kind": kind, "name": plural, "namespaced": is_namespaced, "verbs": ["get", "list"]}
