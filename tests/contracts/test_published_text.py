"""What the skill publishes is held to what the server does: tools that exist, versions that are current."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp import Client

from service_mesh.mcptools.server import build_default
from service_mesh.operations.explain import list_rules

_ROOT = Path(__file__).parents[2]
_PAGES = sorted([*_ROOT.glob("*.md"), *(_ROOT / "references").glob("*.md"), *(_ROOT / "docs").rglob("*.md")])
_EXAMPLES = sorted((_ROOT / "examples").rglob("*.yaml"))
_TOOL = re.compile(r"`((?:validate|explain|generate|check|query|diagnose|recommend|list|get|apply)_[a-z_]+)`")
_FENCE = re.compile(r"^ *```ya?ml\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_RIGHT = re.compile(r"^## Right\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
_OBJECT = re.compile(r"^apiVersion: (\S+)\nkind: (\w+)", re.MULTILINE)

_CURRENT = {
    "networking.istio.io/v1": (
        "DestinationRule",
        "Gateway",
        "ServiceEntry",
        "Sidecar",
        "VirtualService",
        "WorkloadEntry",
        "WorkloadGroup",
    ),
    "security.istio.io/v1": ("AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication"),
    "telemetry.istio.io/v1": ("Telemetry",),
    "gateway.networking.k8s.io/v1": ("Gateway", "GatewayClass", "GRPCRoute", "HTTPRoute"),
}
"""API version -> kinds that the newest releases serve in it, so that nobody is to write an older one."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_pages_name_no_tool_that_the_server_lacks(tmp_path: Path) -> None:
    async with Client(build_default((str(tmp_path),))) as client:
        known = {tool.name for tool in (await client.list_tools()).tools}

    texts = [(path.relative_to(_ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in _PAGES]
    assert [(page, name) for page, text in texts for name in _TOOL.findall(text) if name not in known] == []
    assert {"validate_config"} <= {name for _, text in texts for name in _TOOL.findall(text)} & known


def _older(text: str) -> Iterator[str]:
    """Objects of a text that are written in an older version than the current one of their kind."""
    for version, kind in _OBJECT.findall(text):
        group = version.partition("/")[0]
        current = next((v for v, kinds in _CURRENT.items() if v.partition("/")[0] == group and kind in kinds), version)
        if version != current:
            yield f"{kind} in {version}"


def test_manifests_of_pages_and_examples_are_in_the_current_version() -> None:
    blocks = [(path.name, text) for path in _PAGES for text in _FENCE.findall(path.read_text(encoding="utf-8"))]
    files = [(path.name, path.read_text(encoding="utf-8")) for path in _EXAMPLES]

    assert [(name, found) for name, text in [*blocks, *files] for found in _older(text)] == []


def test_right_examples_of_rules_are_in_the_current_version() -> None:
    rights = [(page.code, right) for page in list_rules() for right in _RIGHT.findall(page.markdown)]

    assert [(code, found) for code, text in rights for found in _older(text)] == []
    assert any(_OBJECT.search(text) for _, text in rights)


def test_older_version_is_noticed() -> None:
    text = "apiVersion: networking.istio.io/v1alpha3\nkind: VirtualService\n---\napiVersion: v1\nkind: Service\n"

    assert list(_older(text)) == ["VirtualService in networking.istio.io/v1alpha3"]
