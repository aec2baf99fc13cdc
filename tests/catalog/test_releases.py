"""From what a person writes to a release of the data, or to a sentence that says what to write."""

import pytest

from service_mesh.catalog.archive import Archive
from service_mesh.catalog.releases import choose, number_of
from service_mesh.errors import UsageError

RELEASES = Archive().index["releases"]
ISTIO = ", ".join(f"1.{minor}" for minor in range(18, 31))


@pytest.mark.parametrize(
    ("name", "text", "release", "is_near"),
    [
        ("istio", "1.20", "1.20.8", False),
        ("istio", "v1.20.1", "1.20.8", False),
        ("istio", " 1.30 ", "1.30.3", False),
        ("istio", "1.30.9", "1.30.3", False),
        ("istio", "1.31.0-rc.0", "1.30.3", True),
        ("istio", "2.0", "1.30.3", True),
        ("gateway_api", "1.2", "v1.2.1", False),
        ("gateway_api", "v1.6.1", "v1.6.1", False),
        ("gateway_api", "1.9", "v1.6.1", True),
        ("cilium", "1.15", "1.15", False),
        ("cilium", "1.15.17", "1.15", False),
        ("linkerd", "2.14", "stable-2.14.10", False),
        ("linkerd", "stable-2.14.3", "stable-2.14.10", False),
        ("linkerd", "2.18", "edge-25.4.4", False),
        ("linkerd", "enterprise-2.20.2", "edge-26.6.3", False),
        ("linkerd", "edge-25.4.4", "edge-25.4.4", False),
        ("linkerd", "edge-25.7.3", "edge-25.4.4", True),
        ("linkerd", "edge-26.9.1", "edge-26.8.3", True),
        ("linkerd", "2.21", "edge-26.8.3", True),
        ("kubernetes", "1.30.2", "1.37", False),
        ("kubernetes", "1.38", "1.37", True),
    ],
)
def test_version_leads_to_the_release_that_objects_are_judged_by(
    name: str, text: str, release: str, *, is_near: bool
) -> None:
    chosen = choose({name: text}, RELEASES)[name.replace("_", "-")]
    assert (chosen.release, chosen.is_near, bool(chosen.wanted)) == (release, is_near, True)


@pytest.mark.parametrize(
    ("text", "channel"),
    [("1.6", ""), ("1.6-experimental", "experimental"), ("v1.6.1/standard", "standard"), ("1.6-standard", "standard")],
)
def test_channel_of_the_gateway_api_may_be_named(text: str, channel: str) -> None:
    chosen = choose({"gateway_api": text}, RELEASES)["gateway-api"]
    assert (chosen.release, chosen.channel, chosen.wanted) == ("v1.6.1", channel, "1.6")


def test_projects_that_are_not_named_are_judged_by_their_newest() -> None:
    chosen = choose({"istio": "1.20"}, RELEASES)
    assert {project: number_of(project, choice.release) for project, choice in chosen.items()} == {
        "argo-rollouts": "1.9",
        "cert-manager": "1.21",
        "cilium": "1.20",
        "flagger": "1.44",
        "gateway-api": "1.6",
        "istio": "1.20",
        "kubernetes": "1.37",
        "linkerd": "edge-26.8.3",
        "smi": "smi-sdk-go-main-a143f8b",
        "trust-manager": "0.24",
    }


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("istio", "latest", "'latest' is no version of Istio; write it like '1.30'"),
        ("istio", "1", "'1' is no version of Istio; write it like '1.30'"),
        ("istio", "", "'' is no version of Istio; write it like '1.30'"),
        ("istio", "1.20\n", None),
        ("istio", "1.20 or so", "'1.20 or so' is no version of Istio; write it like '1.30'"),
        ("istio", "9" * 50, f"'{'9' * 40}' is no version of Istio; write it like '1.30'"),
        ("linkerd", "edge", "'edge' is no version of Linkerd; write it like '2.20' or 'edge-26.8.3'"),
        (
            "gateway_api",
            "1.6-experimentl",
            "'1.6-experimentl' is no version of Gateway API; write it like '1.6', 'v1.6.1' or '1.6-experimental'",
        ),
        (
            "gateway_api",
            "1.6-beta/alpha",
            "'1.6-beta/alpha' is no version of Gateway API; write it like '1.6', 'v1.6.1' or '1.6-experimental'",
        ),
        (
            "istio",
            "1.17",
            "Istio 1.17 is older than every release that is known;"
            f" give one of {ISTIO}, or leave 'istio' out for the newest",
        ),
        (
            "linkerd",
            "2.11",
            "Linkerd 2.11 is older than every release that is known; give one of"
            " 2.14, 2.15, 2.16, 2.17, 2.18, 2.19, 2.20, edge-26.8.3, or leave 'linkerd' out for the newest",
        ),
        ("isto", "1.20", "no versions are kept of 'isto'; did you mean 'istio'?"),
        (
            "flagger",
            "1.44",
            "no versions are kept of 'flagger'; known are istio, linkerd, cilium, gateway_api, kubernetes",
        ),
    ],
)
def test_what_is_no_version_is_refused_with_the_right_form(name: str, text: str, sentence: str | None) -> None:
    if sentence is None:
        assert choose({name: text}, RELEASES)[name].release == "1.20.8"
        return
    with pytest.raises(UsageError) as refused:
        choose({name: text}, RELEASES)
    assert str(refused.value) == sentence
