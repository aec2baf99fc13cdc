"""Nothing but GET can be sent, nothing but discovery, lists and objects can be asked for, and one module can send."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import service_mesh
from service_mesh.cluster.live.client import connected
from service_mesh.cluster.live.getter import Getter, RefusedRequestError, checked
from service_mesh.cluster.live.kubeconfig import Access
from tests.cluster.live.scripted import Script, listening

PACKAGE = Path(service_mesh.__file__).parent
LIVE = PACKAGE / "cluster" / "live"
CLIENT = LIVE / "client.py"


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/version",
        "/api",
        "/apis",
        "/api/v1",
        "/apis/networking.istio.io/v1",
        "/api/v1/pods",
        "/api/v1/namespaces/shop",
        "/api/v1/namespaces/shop/pods",
        "/apis/apps/v1/namespaces/shop/deployments",
    ],
)
def test_discovery_lists_and_namespaces_may_be_asked_for(path: str) -> None:
    assert checked(path, {"limit": "500", "continue": "x", "fieldSelector": "type!=y"}) == path


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/shop/pods/web",
        "/api/v1/namespaces/shop/pods/web/exec",
        "/api/v1/namespaces/shop/pods/web/log",
        "/api/v1/namespaces/shop/pods/web/proxy",
        "/api/v1/namespaces/shop/services/web/proxy/admin",
        "/api/v1/namespaces/shop/serviceaccounts/web/token",
        "/api/v1/nodes/n1/proxy",
        "/api/v1/proxy/nodes",
        "/api/v1/proxy",
        "/api/v1/watch/secrets",
        "/api/v1/watch",
        "/apis/apps/v1/watch",
        "/api/v1/namespaces/../secrets",
        "/api/v1/pods?watch=true",
        "/api/v1/pods#",
        "//evil.example/api/v1/pods",
        "https://evil.example/api",
        "/healthz",
        "/logs",
        "/metrics",
        "",
    ],
)
def test_nothing_else_may_be_asked_for(path: str) -> None:
    with pytest.raises(RefusedRequestError):
        checked(path, {})


@pytest.mark.parametrize("name", ["watch", "allowWatchBookmarks", "dryRun", "labelSelector", "pretty", ""])
def test_no_other_query_may_be_asked_for(name: str) -> None:
    with pytest.raises(RefusedRequestError):
        checked("/api/v1/secrets", {name: "true"})


def test_connection_refuses_what_may_not_be_asked_for() -> None:
    script = Script()
    with listening(script) as server, pytest.raises(RefusedRequestError):
        connected(Access("a", {"server": server}, {}), {}).get(
            "/api/v1/namespaces/a/pods/p/exec", {}, accept="application/json", deadline=float("inf")
        )
    assert script.asked == []


def test_connection_has_no_other_way_to_send() -> None:
    getter: Getter = connected(Access("a", {"server": "https://192.0.2.1"}, {}), {})
    assert [name for name in dir(getter) if not name.startswith("_")] == ["close", "get"]


def test_one_module_imports_the_client_and_it_sends_get_alone() -> None:
    senders = {"kubernetes", "urllib3", "requests", "aiohttp", "websocket", "socket", "http", "httpx"}
    found = {path.name: sorted(imports(path) & senders) for path in LIVE.rglob("*.py") if imports(path) & senders}
    assert found == {"client.py": ["kubernetes", "urllib3"]}
    calls = [
        node
        for node in ast.walk(ast.parse(CLIENT.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "request"
    ]
    assert [ast.unparse(call.args[0]) for call in calls] == ["'GET'"]
    words = re.findall(r"\b(?:POST|PUT|PATCH|DELETE|HEAD|OPTIONS|urlopen|call_api|stream)\b", CLIENT.read_text("utf-8"))
    assert words == []


def test_client_is_imported_on_first_use_alone() -> None:
    code = (
        "import sys, pkgutil, importlib, service_mesh.cluster.live as live\n"
        "for module in pkgutil.iter_modules(live.__path__): importlib.import_module(f'{live.__name__}.{module.name}')\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'kubernetes', 'urllib3', 'aiohttp'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "[]\n"
