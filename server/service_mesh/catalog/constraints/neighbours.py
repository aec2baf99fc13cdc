"""The constraints of the kinds of Linkerd, Cilium, Flagger, cert-manager and trust-manager.

Sources: linkerd/linkerd2, charts/linkerd-crds; cilium/cilium, pkg/k8s/apis/cilium.io/client/crds; fluxcd/flagger,
artifacts/flagger/crd.yaml; cert-manager/cert-manager, deploy/crds; cert-manager/trust-manager, deploy/crds.
"""

from collections.abc import Iterator, Mapping

from service_mesh.catalog.constraints.conditions import only_for
from service_mesh.catalog.constraints.constraint import Break, Check, has, read_at
from service_mesh.catalog.constraints.forms import each_key, form, is_ip
from service_mesh.catalog.constraints.presence import at_least_one, at_most_one, exactly_one, exactly_one_beside

__all__ = ["neighbour_checks"]

_HASH_KEYS = ("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName")


def neighbour_checks() -> Mapping[str, Check]:
    """Name -> check."""
    return {**_linkerd(), **_cilium(), **_flagger(), **_cert_manager()}


def _linkerd() -> Mapping[str, Check]:
    return {
        "identities-one": exactly_one("identities", "identityRefs"),
        "server-selector-one": exactly_one("podSelector", "externalWorkloadSelector"),
        "pod-selector-one": exactly_one("matchLabels", "matchExpressions"),
        "server-name-or-selector": exactly_one("name", "selector"),
    }


def _cilium() -> Mapping[str, Check]:
    return {
        "policy-spec": at_least_one("spec", "specs"),
        "policy-selector-one": exactly_one("endpointSelector", "nodeSelector"),
        "policy-direction": at_least_one("ingress", "ingressDeny", "egress", "egressDeny"),
        "cidr-one": exactly_one("cidr", "cidrGroupRef"),
        "cidr-one-selector": exactly_one("cidr", "cidrGroupRef", "cidrGroupSelector"),
        "fqdn-one": exactly_one("matchName", "matchPattern"),
        "layer-seven-one": exactly_one("http", "dns"),
        "layer-seven-one-custom": exactly_one("http", "kafka", "dns", "l7proto"),
        "redirect-frontend-one": exactly_one("addressMatcher", "serviceMatcher"),
        "egress-address": form(lambda text: not text or is_ip(text), "not an IP address"),
    }


def _flagger() -> Mapping[str, Check]:
    return {
        "alert-target-one": exactly_one_beside(("type",), "address", "secretRef"),
        "analysis-steps-one": exactly_one_beside(("interval", "threshold"), "iterations", "stepWeight", "stepWeights"),
        "header-match-one": exactly_one("exact", "prefix", "suffix", "regex"),
        "origin-match-one": exactly_one("exact", "prefix", "regex"),
        "canary-balancer-one": _canary_balancer(),
    }


def _cert_manager() -> Mapping[str, Check]:
    return {
        "venafi-one": exactly_one("tpp", "cloud", "ngts"),
        "bundle-source-one": exactly_one("configMap", "secret", "inLine", "useDefaultCAs"),
        "source-name-or-selector": exactly_one("name", "selector"),
        "bundle-target-some": at_least_one("configMap", "secret"),
        "bundle-formats-some": at_least_one("jks", "pkcs12"),
        "bundle-password-format": only_for("format", ("PKCS12",), "password"),
        "bundle-profile-format": only_for("format", ("PKCS12",), "profile"),
        "bundle-own-domain": each_key(
            lambda text: not text.startswith("trust-manager.io/"),
            "has the prefix 'trust-manager.io/', which is reserved",
        ),
    }


def _canary_balancer() -> Check:
    """A hash of no or several keys counts as no hash beside `simple`, and is reported where it stands alone."""
    some, one = at_least_one("simple", "consistentHash"), at_most_one("simple", "consistentHash")
    hash_key = exactly_one(*_HASH_KEYS)

    def check(value: object) -> Iterator[Break]:
        faults = list(hash_key(read_at(value, "consistentHash")))
        yield from some(value)
        if not faults:
            yield from one(value)
        elif not has(value, "simple"):
            for found in faults:
                other = None if found.other is None else ("consistentHash", *found.other)
                yield Break(found.code, ("consistentHash", *found.path), found.text, found.manner, other)

    return check
