"""What an option would take: ranges that grow with the sizes, from the claims that are counted and no other."""

import random

import pytest

from service_mesh.recommend.case import Case
from service_mesh.recommend.claims import bundled_knowledge
from service_mesh.recommend.estimating import Estimate, estimate
from service_mesh.recommend.requirements import Level, Need, Option, Requirements, Sizes, Traffic
from tests.recommend.knowledge import random_knowledge

MESHES = [one for one in Option if one is not Option.NO_MESH]


def of(option: Option, needs: dict[Need, Level] | None = None, rps: int | None = None, **sizes: int) -> Estimate:
    asked = Requirements(sizes=Sizes.model_validate(sizes), needs=needs or {}, traffic=Traffic(rps=rps))
    return estimate(Case(asked, bundled_knowledge()), option)


@pytest.mark.parametrize("seed", range(60))
def test_an_estimate_never_shrinks_where_a_size_grows(seed: int) -> None:
    chance = random.Random(seed)
    knowledge = bundled_knowledge() if seed % 2 else random_knowledge(seed)
    small = {name: chance.randint(1, 3000) for name in ("nodes", "pods", "services", "clusters")}
    grown = chance.choice(list(small))
    large = {**small, grown: small[grown] * chance.randint(2, 9)}
    needs = {Need.JWT: Level.MUST} if chance.random() < 0.5 else {}
    rises = 0
    for option in Option:
        before, after = (
            estimate(Case(Requirements(sizes=Sizes.model_validate(sizes), needs=needs), knowledge), option)
            for sizes in (small, large)
        )
        assert before.cpu is not None
        assert after.cpu is not None
        assert before.memory is not None
        assert after.memory is not None
        for less, more in zip((*before.cpu, *before.memory), (*after.cpu, *after.memory), strict=True):
            assert less <= more, (option, grown)
            rises += less < more
    assert rises or grown == "services"


@pytest.mark.parametrize("option", MESHES)
def test_from_is_never_more_than_to(option: Option) -> None:
    found = of(option, nodes=20, pods=400, services=60)
    assert found.cpu is not None
    assert found.memory is not None
    assert 0 < found.cpu[0] < found.cpu[1]
    assert 0 < found.memory[0] < found.memory[1]


def test_parts_are_counted_by_the_size_that_decides_them() -> None:
    assert of(Option.ISTIO_SIDECAR, pods=400).parts == ("400 proxies", "1 control plane")
    assert of(Option.LINKERD, pods=1, clusters=2).parts == ("1 proxy", "2 control planes")
    assert of(Option.CILIUM, nodes=20).parts == ("20 node agents", "1 control plane")
    assert of(Option.ISTIO_AMBIENT, nodes=20).parts == ("20 node agents", "1 control plane")
    reads = {Need.JWT: Level.MUST}
    assert of(Option.ISTIO_AMBIENT, reads, nodes=20, services=60).parts[1] == "2 waypoints"
    assert of(Option.NO_MESH).cpu == (0.0, 0.0)


def test_a_size_that_is_not_given_is_named_and_nothing_is_guessed() -> None:
    found = of(Option.ISTIO_AMBIENT, {Need.JWT: Level.MUST})
    assert (found.cpu, found.memory, found.missing) == (None, None, ("sizes.nodes", "sizes.services"))
    assert of(Option.LINKERD, nodes=5).missing == ("sizes.pods",)


def test_requests_per_second_are_told_where_a_rate_was_published() -> None:
    sidecars = of(Option.ISTIO_SIDECAR, rps=5000, pods=400)
    assert sidecars.parts[2:] == ("5000 requests per second take about 2000 mCPU in all proxies together",)
    ambient = of(Option.ISTIO_AMBIENT, rps=5000, nodes=20)
    assert ambient.parts[2:] == ("5000 requests per second take about 600 mCPU in all node agents together",)
    assert of(Option.LINKERD, rps=5000, pods=400).parts == of(Option.LINKERD, pods=400).parts


def test_only_claims_that_are_counted_are_used() -> None:
    case = Case(Requirements(sizes=Sizes(nodes=20)), bundled_knowledge())
    estimate(case, Option.ISTIO_AMBIENT)
    assert set(case.used) == {
        f"istio-ambient.resource.{name}"
        for name in ("ztunnel-cpu", "ztunnel-memory", "cni-cpu", "cni-memory", "istiod-cpu", "istiod-memory")
    }
