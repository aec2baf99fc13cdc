"""What has to hold of generated configuration: questions with the answer that makes it right."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["CallQuestion", "Question", "RouteQuestion", "SettingQuestion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that is asked of the simulation.

    Attributes:
        why: What the question is for, in a few words: `a workload with the same labels next door`.
        stage: The stage after which it is asked; the last one where it is empty.
    """

    why: str
    stage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuestion(Question):
    """Whether a call passes.

    Attributes:
        source: Who calls, as `check_access` takes it: `shop/web`, `ip:10.0.0.7`.
        destination: What is called: `shop/cart:8080`, `svc:shop/cart:80`, `host:api.example.com:443`.
        is_allowed: The right answer; None where it has to pass, or be refused, as it did before anything was applied,
            encrypted or not as it was.
        is_encrypted: Whether it has to be encrypted; None where that is no matter.
        method: Method of the request.
        path: Path of the request.
        host: Host of the request.
        headers: Headers of the request.
        jwt_claims: Claims of its valid token; None for a request without one.
        authorizers: Name of an external authorizer -> whether it lets the request pass.
    """

    source: str
    destination: str
    is_allowed: bool | None
    is_encrypted: bool | None = None
    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    jwt_claims: Mapping[str, object] | None = None
    authorizers: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteQuestion(Question):
    """Where a request goes, and what the rule that takes it says.

    Attributes:
        source: Who calls: `shop/web`; or the gateway that it comes to from outside: `gateway:gateways/public`.
        destination: What is addressed: `svc:shop/cart:80`; at a gateway the host and its port:
            `host:shop.example.com:443`.
        expected: Destination -> percent of the requests: `shop/cart-v2` is a Service, `shop/cart/v2` a subset of one,
            another host stands as it is; nothing where the proxy answers itself; None for where it goes today.
        says: Dotted path into the rule -> the value there: `timeout`, `retries.attempts`.
        stays: Paths into the rule, and annotations, that say what they say today.
        annotated: Annotation of the route that takes it -> its value; None for none.
        arrives: What the destination sees -> how: `path`, `host` or `header NAME`; None for a header that it gets not.
        method: Method of the request.
        path: Path of the request.
        host: Host of the request.
        headers: Headers of the request.
    """

    source: str
    destination: str
    expected: Mapping[str, float] | None
    says: Mapping[str, object] = field(default_factory=dict)
    stays: tuple[str, ...] = ()
    annotated: Mapping[str, object] = field(default_factory=dict)
    arrives: Mapping[str, str | None] = field(default_factory=dict)
    method: str = "GET"
    path: str = "/"
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingQuestion(Question):
    """What the DestinationRule that counts for a proxy says of a Service, or of a subset of it.

    Attributes:
        reader: Namespace of the proxy: that of a client with a sidecar, or of the waypoint.
        destination: What is addressed: `svc:shop/cart:80`.
        subset: The subset; empty for the Service as a whole.
        expected: Dotted path into the traffic policy -> the value there; None where it is not given.
    """

    reader: str
    destination: str
    subset: str = ""
    expected: Mapping[str, object]
