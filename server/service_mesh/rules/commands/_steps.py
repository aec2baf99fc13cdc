"""What the commands of one document do before, beside and after each other, for rules over all of them."""

import re
from collections.abc import Iterator

from service_mesh.model.command import Word
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION, GATEWAY_API_GATEWAY
from service_mesh.model.resource import Resource
from service_mesh.model.script import Script
from service_mesh.rules.commands._calls import Call, calls

__all__ = ["GATEWAY_API_GROUP", "all_calls", "gives_gateway_api", "is_waypoint", "mentions"]

GATEWAY_API_GROUP = "gateway.networking.k8s.io"
"""Group of the Gateway API's kinds."""

_WAYPOINT = "istio-waypoint"
_GATEWAY_API = re.compile(
    r"gateway[-_]api|gateway\.networking\.k8s\.io|(?:standard|experimental)-install\.ya?ml"
    r"|(?:installGatewayAPI|enableHttpRoutes)=true",
    re.IGNORECASE,
)


def all_calls(script: Script) -> Iterator[Call]:
    """Every call of a known command line, except those inside a container."""
    for command in script.commands:
        yield from (call for call in calls(command) if not call.inside)


def mentions(script: Script, pattern: re.Pattern[str]) -> bool:
    """Whether any word of any command fits, also one of the variables that are set for it."""
    return any(pattern.search(word.text) for word in _words(script))


def gives_gateway_api(script: Script) -> bool:
    """Whether the definitions of the Gateway API are installed, asked for or brought along anywhere in the text."""
    return mentions(script, _GATEWAY_API) or any(
        resource.kind == CUSTOM_RESOURCE_DEFINITION and resource.name.endswith(f".{GATEWAY_API_GROUP}")
        for resource in script.resources
    )


def is_waypoint(resource: Resource) -> bool:
    """Whether an object is a waypoint of Istio."""
    return resource.kind == GATEWAY_API_GATEWAY and resource.root.text_at("spec.gatewayClassName") == _WAYPOINT


def _words(script: Script) -> Iterator[Word]:
    for command in script.commands:
        yield from command.variables
        yield from command.words
