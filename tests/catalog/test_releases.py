"""From what a person writes to a release of the data, or to a sentence that says what to write."""

import pytest

from service_mesh.catalog.archive import Archive
from service_mesh.catalog.releases import choose, number_of
from service_mesh.errors import UsageError
from tests.support.releases import beyond, known, newest, newest_stored

RELEASES = Archive().index["releases"]
NEWEST_ISTIO = newest("istio")
ISTIO = ", ".join(f"1.{minor}" for minor in range(18, int(NEWEST_ISTIO.partition(".")[2]) + 1))
NAMED_LINKERD = [name for name in known("linkerd") if name.startswith("2.")]


@pytest.mark.parametrize(
    ("name", "text", "release", "is_near"),
    [
        ("istio", "1.20", "1.20.8", False),
        ("istio", "v1.20.1", "1.20.8", False),
        ("istio", " 1.30 ", "1.30.3", False),
        ("istio", "1.30.9", "1.30.3", False),
        ("istio", f"{beyond('istio')}.0-rc.0", newest_stored("istio"), True),
        ("istio", "2.0", newest_stored("istio"), True),
        ("gateway_api", "1.2", "v1.2.1", False),
        ("gateway_api", "v1.6.1", "v1.6.1", False),
        ("gateway_api", beyond("gateway-api", 3), newest_stored("gateway-api"), True),
        ("cilium", "1.15", "1.15", False),
        ("cilium", "1.15.17", "1.15", False),
        ("linkerd", "2.14", "stable-2.14.10", False),
        ("linkerd", "stable-2.14.3", "stable-2.14.10", False),
        ("linkerd", "2.18", "edge-25.4.4", False),
        ("linkerd", "enterprise-2.20.2", "edge-26.6.3", False),
        ("linkerd", "edge-25.4.4", "edge-25.4.4", False),
        ("linkerd", "edge-25.7.3", "edge-25.4.4", True),
        ("linkerd", "edge-26.8.3", "edge-26.8.3", False),
        ("linkerd", beyond("linkerd"), newest_stored("linkerd"), True),
        ("linkerd", f"2.{int(NAMED_LINKERD[-1][2:]) + 1}", newest_stored("linkerd"), True),
        ("kubernetes", "1.30.2", newest_stored("kubernetes"), False),
        ("kubernetes", beyond("kubernetes"), newest_stored("kubernetes"), True),
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
    numbers = {project: number_of(project, choice.release) for project, choice in chosen.items()}
    assert numbers == {**{project: newest(project) for project in RELEASES}, "istio": "1.20"}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("istio", "latest", f"'latest' is no version of Istio; write it like '{NEWEST_ISTIO}'"),
        ("istio", "1", f"'1' is no version of Istio; write it like '{NEWEST_ISTIO}'"),
        ("istio", "", f"'' is no version of Istio; write it like '{NEWEST_ISTIO}'"),
        ("istio", "1.20\n", None),
        ("istio", "1.20 or so", f"'1.20 or so' is no version of Istio; write it like '{NEWEST_ISTIO}'"),
        ("istio", "9" * 50, f"'{'9' * 40}' is no version of Istio; write it like '{NEWEST_ISTIO}'"),
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
            f" {', '.join(known('linkerd'))}, or leave 'linkerd' out for the newest",
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
