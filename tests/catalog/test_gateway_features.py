"""What implementations leave unserved, by release."""

import pytest

from service_mesh.catalog.gateway_features import BROKEN, DROPPED, REFUSED, gap


@pytest.mark.parametrize(
    ("implementation", "feature", "release", "effect"),
    [
        ("istio", "filter ExtensionRef", (1, 30), REFUSED),
        ("istio", "filter CORS", (1, 25), REFUSED),
        ("linkerd", "backend filter URLRewrite", (26, 6, 3), BROKEN),
        ("linkerd", "field timeouts", (25, 4, 4), DROPPED),
        ("cilium", "filter CORS", (1, 19), DROPPED),
    ],
)
def test_what_a_release_is_known_to_lack_is_told_with_its_effect(
    implementation: str, feature: str, release: tuple[int, ...], effect: str
) -> None:
    found = gap(implementation, feature, release)
    assert found is not None
    assert found.effect == effect
    assert found.is_fatal is (effect != DROPPED)


@pytest.mark.parametrize(
    ("implementation", "feature", "release"),
    [
        ("istio", "filter CORS", (1, 26)),
        ("istio", "filter ExtensionRef", (1, 40)),
        ("cilium", "filter CORS", (1, 20)),
        ("istio", "filter RequestMirror", (1, 20)),
        ("nginx", "filter ExtensionRef", (2, 0)),
        ("linkerd", "field timeouts", (10_000,)),
    ],
)
def test_nothing_is_told_of_what_is_served_or_was_not_looked_at(
    implementation: str, feature: str, release: tuple[int, ...]
) -> None:
    assert gap(implementation, feature, release) is None
