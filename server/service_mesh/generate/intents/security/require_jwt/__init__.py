"""require-jwt: requests need a valid token."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.require_jwt.istio import ambient, sidecar
from service_mesh.generate.intents.security.require_jwt.parameters import RequireJwt
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_WHAT = "tokens of requests"
_LINKERD = Gap(
    f"{_WHAT}: Linkerd's proxies know who calls by certificates, and read no token",
    "verify tokens at a gateway in front or in the application, and let only the gateway call (intent allow-calls)",
)
_CILIUM = Gap(
    f"{_WHAT}: rules for HTTP match methods, paths, hosts and headers as they are written, and verify nothing",
    "verify tokens at a gateway in front or in the application, and let only the gateway call (intent allow-calls)",
)
_GATEWAY_API = Gap(
    f"{_WHAT}: the Gateway API has no policy for it",
    "the policy of the implementation: RequestAuthentication and AuthorizationPolicy at Gateways of Istio",
)
_JWKS = (
    '{"keys":[{"kty":"EC","crv":"P-256","kid":"1","alg":"ES256","use":"sig",'
    '"x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}'
)

INTENT = Intent(
    name="require-jwt",
    group=Group.SECURITY,
    summary="Requests need a valid token of these issuers, with these claims; public paths need none.",
    parameters=RequireJwt,
    examples=(
        Example(
            "a workload, with a claim and a public path",
            {
                "to": {"namespace": "shop", "name": "cart"},
                "issuers": [
                    {
                        "issuer": "https://id.example.com",
                        "jwks_uri": "https://id.example.com/keys",
                        "audiences": ["shop"],
                    }
                ],
                "claims": [{"name": ["groups"], "values": ["customers", "staff"]}],
                "public_paths": [{"prefix": "/public"}, {"exact": "/version"}],
            },
        ),
        Example(
            "hosts of a gateway, two issuers, a claim within another",
            {
                "gateway": {"namespace": "gateways", "name": "public"},
                "hosts": ["shop.example.com", "api.example.com"],
                "issuers": [
                    {"issuer": "https://id.example.com/realms/shop", "audiences": ["shop", "https://api.example.com"]},
                    {"issuer": "partner@example.com", "jwks_uri": "http://keys.partners.svc.cluster.local/jwks"},
                ],
                "claims": [
                    {"name": ["realm_access", "roles"], "values": ["customer"]},
                    {"name": ["scope"], "values": ["shop:read"]},
                ],
                "preflight": True,
            },
        ),
        Example(
            "a gateway of the chart, with the keys in the policy",
            {
                "gateway": {
                    "namespace": "istio-ingress",
                    "name": "istio-ingressgateway",
                    "labels": {"istio": "ingressgateway"},
                    "ports": [8080, 8443],
                },
                "issuers": [{"issuer": "https://id.example.com", "jwks": _JWKS}],
                "forward": True,
            },
        ),
        Example(
            "another port of a workload with labels of its own",
            {
                "to": {
                    "namespace": "shop",
                    "name": "stock",
                    "labels": {"app.kubernetes.io/name": "stock"},
                    "port": 9000,
                },
                "issuers": [{"issuer": "https://id.example.com"}],
                "public_paths": [{"exact": "/version"}],
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: sidecar,
        Dialect.ISTIO_AMBIENT: ambient,
        Dialect.LINKERD: _LINKERD,
        Dialect.CILIUM: _CILIUM,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
