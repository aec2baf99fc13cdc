"""Lists of ports in annotations, as the policy controller and as the injector read them."""

import pytest

from service_mesh.posture.linkerd.port_lists import PortList, ports_in, ranges_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("1", ((1, 1),)),
        ("4,1-2", ((4, 4), (1, 2))),
        (" 4 , 1 - 2 ,,", ((4, 4), (1, 2))),
        ("+80", ((80, 80),)),
        ("0", None),
        ("2-1", None),
        ("2-", None),
        ("-2", None),
        ("1-2-3", None),
        ("65536", None),
        ("80,http", None),
        ("٨٠", None),
    ],
)
def test_policy_controller_loses_all_ports_where_one_entry_is_wrong(
    text: str, expected: tuple[tuple[int, int], ...] | None
) -> None:
    found = ports_in(text)
    assert (tuple(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    ("text", "ranges", "unreadable"),
    [
        ("", (), ()),
        ("3306,4444-4446", ((3306, 3306), (4444, 4446)), ()),
        ("mysql,4444", ((3307, 3307), (4444, 4444)), ()),
        ("80-90", ((1, 1),), ()),
        ("http,5-4,70000,1-2-3,25,", ((25, 25),), ("http", "5-4", "70000", "1-2-3")),
    ],
)
def test_injector_reads_names_first_and_passes_over_what_it_cannot_read(
    text: str, ranges: tuple[tuple[int, int], ...], unreadable: tuple[str, ...]
) -> None:
    assert ranges_in(text, {"mysql": 3307, "80-90": 1}) == PortList(ranges, unreadable)


def test_ports_of_a_list_are_those_of_its_ranges() -> None:
    ports = PortList(((25, 25), (80, 90)))
    assert [port for port in (24, 25, 26, 79, 80, 85, 90, 91) if port in ports] == [25, 80, 85, 90]
    assert "25" not in ports
    assert (bool(ports), bool(PortList())) == (True, False)
