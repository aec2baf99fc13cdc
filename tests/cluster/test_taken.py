"""When a snapshot was taken, by what its objects and its layout tell."""

from datetime import UTC, datetime

import pytest

from service_mesh.cluster.taken import latest_time, newest_of, newest_told, renewed_of


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-03-09 14:30:10.123456789 +0100 CET m=+0.1\n", datetime(2024, 3, 9, 13, 30, 10, tzinfo=UTC)),
        (
            "2024-03-09 14:30:10.1 +0000 UTC m=+0.1\n2024-03-09 14:42:11.1 +0000 UTC m=+721.9\n",
            datetime(2024, 3, 9, 14, 42, 11, tzinfo=UTC),
        ),
        ("2024-03-09T14:30:10.123456Z\tinfo\tDone", datetime(2024, 3, 9, 14, 30, 10, tzinfo=UTC)),
        ("2024-03-09T14:30:10-05:30", datetime(2024, 3, 9, 20, 0, 10, tzinfo=UTC)),
        ("2024-13-09T14:30:10Z", None),
        ("2024-03-09 14:30:10", None),
        ("", None),
    ],
)
def test_last_time_of_a_text_is_read_with_its_zone(text: str, time: datetime | None) -> None:
    assert latest_time(text) == time


def test_newest_thing_that_happened_counts() -> None:
    data = {
        "kind": "Pod",
        "metadata": {
            "creationTimestamp": "2024-01-01T00:00:00Z",
            "deletionTimestamp": "2024-09-01T00:00:00Z",
            "managedFields": [{"time": "2024-02-01T00:00:00Z"}],
        },
        "spec": {"startTime": "2024-08-01T00:00:00Z"},
        "status": {
            "notAfter": "2034-01-01T00:00:00Z",
            "renewalTime": "2033-01-01T00:00:00Z",
            "conditions": [{"lastTransitionTime": "2024-03-01T00:00:00Z"}],
        },
    }
    assert newest_told(data) == "2024-03-01T00:00:00"


def test_leases_and_events_tell_times_of_their_own() -> None:
    lease = {"kind": "Lease", "spec": {"renewTime": "2024-05-01T00:00:03.123456Z"}}
    event = {"kind": "Event", "lastTimestamp": "2024-06-01T00:00:00Z", "note": {"time": "2025-01-01T00:00:00Z"}}
    assert [newest_told(lease), newest_told(event)] == ["2024-05-01T00:00:03", "2024-06-01T00:00:00"]
    assert renewed_of([lease, event]) == datetime(2024, 5, 1, 0, 0, 3, tzinfo=UTC)


def test_object_without_times_tells_none() -> None:
    assert newest_told({"kind": "Pod", "metadata": "x", "status": None}) == ""
    assert newest_of(["", "nonsense"]) is None
