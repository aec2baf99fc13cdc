"""Which `oneOf`, `anyOf`, `allOf` or `not` of a schema says which constraint of ours.

A key is the start of the SHA-256 of the group as JSON with sorted keys and without spaces, see `known.hash_of`.
"""

from collections.abc import Mapping

__all__ = ["ALTERNATIVES"]

ALTERNATIVES: Mapping[str, str] = {
    "5690560baa": "abort-one",
    "a33239f811": "address-ip",
    "6d2ee050e2": "alert-target-one",
    "f89eceb54e": "analysis-steps-one",
    "76c2bb967b": "balancer-one",
    "6c6005e445": "balancer-one-strict",
    "b768555126": "body-one",
    "1daa4b0777": "canary-balancer-one",
    "3f2f2de8c6": "cidr-one",
    "b9f68427f9": "cidr-one-selector",
    "9cfa161534": "delay-one",
    "a3cd922ec7": "extension-at-most-one",
    "7d11c33e2b": "fqdn-one",
    "f9a96bae52": "hashing-one",
    "480c53bb80": "header-match-one",
    "d351fd9745": "identities-one",
    "026c55b69c": "layer-seven-one",
    "99e3a37eb6": "layer-seven-one-custom",
    "3c8d8dc44c": "metric-one",
    "003a936c4b": "origin-match-one",
    "8442c793f7": "patch-match-one",
    "d2f999c146": "patch-match-one-waypoint",
    "0e30f4574f": "pod-selector-one",
    "9983866984": "policy-direction",
    "b52f733f22": "policy-selector-one",
    "f0346d42f0": "probe-one",
    "8be3ff137e": "probe-one-grpc",
    "9e4f805fa8": "provider-one",
    "33d643df8f": "redirect-frontend-one",
    "26da5fb3b4": "redirect-port-one",
    "16957f2eaa": "server-name-or-selector",
    "0e6b57b35b": "server-selector-one",
    "9f72fcecec": "string-match-one",
    "4625bc79d1": "tag-one",
    "ac24673709": "tag-one-formatter",
}
