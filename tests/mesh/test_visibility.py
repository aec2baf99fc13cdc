"""Who sees an object."""

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.kinds import DESTINATION_RULE
from tests.mesh.objects import made


@pytest.mark.parametrize(
    ("export_to", "seen_in_shop", "seen_in_web", "public", "private"),
    [
        (None, True, True, True, False),
        ([], True, True, True, False),
        (["*"], True, True, True, False),
        (["."], True, False, False, True),
        (["web"], False, True, False, False),
        ([".", "web"], True, True, False, True),
        ([None, 7], True, True, True, False),
    ],
)
def test_export_to_decides_who_sees_an_object(
    export_to: object, *, seen_in_shop: bool, seen_in_web: bool, public: bool, private: bool
) -> None:
    seen = visibility(MeshView([]), made(DESTINATION_RULE, "shop/reviews", {"exportTo": export_to}))
    assert (seen.reaches("shop"), seen.reaches("web")) == (seen_in_shop, seen_in_web)
    assert (seen.is_public, seen.is_private) == (public, private)
