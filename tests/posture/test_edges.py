"""Several answers about one edge as one: agreement, either of them, or unknown where one would fail."""

import pytest

from service_mesh.posture.edges import Edge, Transport, one_of, unknown_edge
from tests.support.scene import deployment, scene, the

MTLS, PLAIN, BROKEN = Transport.MTLS, Transport.PLAINTEXT, Transport.BROKEN
EITHER, UNKNOWN = Transport.EITHER, Transport.UNKNOWN


@pytest.mark.parametrize(
    ("transports", "expected", "authenticated", "encrypted"),
    [
        ((MTLS,), MTLS, True, True),
        ((MTLS, MTLS), MTLS, True, True),
        ((PLAIN, MTLS), EITHER, None, None),
        ((Transport.HBONE, MTLS, Transport.APP_TLS), EITHER, None, None),
        ((EITHER, MTLS), EITHER, None, None),
        ((MTLS, BROKEN), UNKNOWN, None, None),
        ((BROKEN, BROKEN), BROKEN, False, False),
        ((PLAIN, UNKNOWN), UNKNOWN, None, None),
    ],
)
def test_answers_that_differ_are_either_and_unknown_where_one_fails(
    transports: tuple[Transport, ...], expected: Transport, authenticated: bool | None, encrypted: bool | None
) -> None:
    found = one_of((Edge(one, one.value) for one in transports), "the host")
    assert (found.transport, found.is_authenticated, found.is_encrypted) == (expected, authenticated, encrypted)
    assert found.missing == ("the host" if len(set(transports)) > 1 else "")


def test_what_settles_each_answer_is_asked_for_before_what_tells_them_apart() -> None:
    found = one_of((unknown_edge("a", (), "the mode"), Edge(PLAIN, "b"), unknown_edge("c", (), "the mode")), "the host")
    assert (found.reason, found.missing) == ("a, or b, or c", "the mode; the host")


def test_notes_are_said_once() -> None:
    note = the(scene(deployment("shop/web")), "shop/web").resource.root.note("decides")
    found = one_of((Edge(MTLS, "a", (note,)), Edge(PLAIN, "b", (note,))), "the host")
    assert found.chain == (note,)
