"""`recommend_mesh` over MCP: what reaches the operation, what comes back, and how it is cut."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from mcp import Client
from mcp.server import Server

from service_mesh.operations.request import Inputs
from tests.mcptools.samples import text_of, tokens
from tests.support.recommend import AMBIENT, RecommendRecorder

pytestmark = pytest.mark.anyio

Serve = Callable[[RecommendRecorder], Server[Any]]
ASKED = {"requirements": {"needs": {"mtls": "must"}}}


async def _called(serve: Serve, operation: RecommendRecorder, arguments: dict[str, Any]) -> Any:
    async with Client(serve(operation)) as client:
        return await client.call_tool("recommend_mesh", arguments)


async def test_text_says_the_answer_the_options_and_what_would_change_it(serve_recommend: Serve) -> None:
    answer = await _called(serve_recommend, RecommendRecorder(), ASKED)
    assert text_of(answer).splitlines() == [
        "istio-ambient: confidence 0.64, 1 fact not said; 1 thing not checked",
        "istio-ambient: 0.74; security: 0.90; takes 3.6 to 13.8 CPU, 3.7 to 27.3 GB (40 node agents)",
        "  against: jwt: beta, at a waypoint",
        "cilium: out by constraints.cni: it has to be the network plugin, and calico may not change",
        "would become linkerd if simplicity were above 3.0 (it is 2)",
        "not said: constraints.platform: which managed offerings there are",
        "next: enrol one namespace",
        "detected: cni: calico, from DaemonSet kube-system/calico-node",
        "istio-ambient.jwt: level beta, utility 0.7 (https://istio.io/latest/, 2026-07-01 (older than 120 days))",
        "not checked: nodes: they were not read; save them too",
        "measure in your own cluster",
    ]


async def test_fields_have_the_names_of_the_contract(serve_recommend: Serve) -> None:
    answer = (await _called(serve_recommend, RecommendRecorder(), ASKED)).structured_content
    assert (answer["recommendation"], answer["confidence"]) == ("istio-ambient", 0.64)
    assert answer["ranking"][1]["disqualified_by"] == [
        "constraints.cni: it has to be the network plugin, and calico may not change"
    ]
    assert answer["evidence"][0]["source"] == "https://istio.io/latest/"
    assert answer["unknowns"] == ["constraints.platform: which managed offerings there are"]


async def test_requirements_and_clusters_reach_the_operation(serve_recommend: Serve) -> None:
    operation = RecommendRecorder()
    await _called(serve_recommend, operation, {**ASKED, "snapshot": "dump.tar.gz"})
    (request,) = operation.requests
    assert request.requirements == {"needs": {"mtls": "must"}}
    assert request.inputs == Inputs(snapshot="dump.tar.gz", roots=("/configured",), max_bytes=50 * 1024 * 1024)


async def test_nothing_given_is_answered_with_an_example(serve_recommend: Serve) -> None:
    answer = await _called(serve_recommend, RecommendRecorder(), {})
    assert answer.is_error
    assert text_of(answer) == ('no requirements are given; call it with {"requirements": {"needs": {"mtls": "must"}}}')


async def test_other_words_for_requirements_are_corrected(serve_recommend: Serve) -> None:
    answer = await _called(serve_recommend, RecommendRecorder(), {"needs": {"mtls": "must"}})
    assert answer.is_error
    assert "'requirements'" in text_of(answer)


async def test_a_long_answer_is_cut_and_says_how_much_is_left_out(serve_recommend: Serve) -> None:
    many = replace(
        AMBIENT,
        evidence=tuple(replace(AMBIENT.evidence[0], claim=f"istio-ambient.claim-{at}") for at in range(300)),
        sensitivity=tuple(f"would become linkerd if fact {at} were another one" for at in range(300)),
    )
    answer = await _called(serve_recommend, RecommendRecorder(many), ASKED)
    data = answer.structured_content
    assert data["left_out"] == 300 - len(data["evidence"])
    assert len(data["sensitivity"]) < 300
    assert tokens(text_of(answer)) < 2_200
    assert tokens(json.dumps(data)) < 2_200
