"""Values that nobody means: they are told in place, cut and cleaned, and never end the check."""

from tests.catalog.objects import ISTIO, thing, told

_ROUTE = {"destination": {"host": "shop"}}


def _virtual_service(**spec: object) -> dict[str, object]:
    return thing(ISTIO, "VirtualService", spec=spec)


def test_field_whose_name_is_a_number_is_found_again() -> None:
    ports = {"80": {"mode": "ON"}, "082": {"mode": []}, "+83": {"mod": "STRICT"}, f"{'0' * 5000}": {"mode": 7}}
    spec = {"selector": {"matchLabels": {"app": "shop"}}, "portLevelMtls": ports}
    faults = told(thing("security.istio.io/v1", "PeerAuthentication", spec=spec))
    assert [(code, pointer) for code, pointer, _ in faults if len(pointer) < 100] == [
        ("SC122", "/spec/portLevelMtls/80/mode"),
        ("SC121", "/spec/portLevelMtls/082/mode"),
        ("SC120", "/spec/portLevelMtls/+83/mod"),
    ]


def test_value_of_an_untrusted_document_is_cut_and_cleaned_in_messages() -> None:
    ((_, _, message),) = told(
        thing(ISTIO, "DestinationRule", spec={"host": "a", "trafficPolicy": {"tls": {"mode": "\x1b[31m" + "x" * 500}}})
    )
    assert message == f"'mode' is '?[31m{'x' * 55}...', not one of 'DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'"


def test_integer_of_hundreds_of_digits_is_told_without_its_digits() -> None:
    ((code, _, message),) = told(_virtual_service(http=[{"route": [{**_ROUTE, "weight": 10**400}]}]))
    assert (code, message) == ("SC123", "'weight' is a huge number, above the maximum 2147483647")
    ((code, _, message),) = told(_virtual_service(http=[{"route": [_ROUTE], "timeout": 10**400}]))
    assert (code, message) == ("SC121", "'timeout' is a huge number where a string is expected")
