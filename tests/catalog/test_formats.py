"""Forms of text that the API server enforces."""

import pytest

from service_mesh.catalog.formats import FORMATS, NAMES

CASES = {
    "quantity": (
        ["1", "100m", "0.5Gi", "1e3", "-1", ".5", "1.", "12E2", "2k"],
        ["", "1 Gi", "1gb", "Gi", "1.2.3", "1K"],
    ),
    "byte": (["", "aGk=", "aGk\n=", "aGVsbG8="], ["a", "a b=", "aGk"]),
    "ipv4": (["10.0.0.1"], ["10.0.0", "10.0.0.256", "::1", ""]),
    "ipv6": (["::1", "fe80::1"], ["10.0.0.1", "fe80::1%eth0", ""]),
    "cidr": (["10.0.0.0/8", "10.1.2.3/8", "::/0"], ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/255.0.0.0", ""]),
    "date": (["2024-05-01"], ["2024-13-01", "01.05.2024"]),
    "date-time": (["2024-05-01T12:00:00Z", "2024-05-01T12:00:00.5+02:00"], ["2024-05-01", "noon"]),
    "duration": (["1s", "1h30m", "500ms", "1.5h", "0", "3 days"], ["", "5", "1 2"]),
    "mac": (["00:1a:2b:3c:4d:5e", "00-1A-2B-3C-4D-5E"], ["00:1a", "", "zz:1a:2b:3c:4d:5e"]),
    "uuid": (["6ba7b810-9dad-11d1-80b4-00c04fd430c8"], ["6ba7b810", ""]),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_format_takes_what_the_api_server_takes(name: str) -> None:
    good, bad = CASES[name]
    assert [text for text in good if not FORMATS[name](text)] == []
    assert [text for text in bad if FORMATS[name](text)] == []


def test_every_format_has_a_name_for_people() -> None:
    assert set(NAMES) == set(FORMATS)
