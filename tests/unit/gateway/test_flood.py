"""A flood of one node is contained to that node, and told of without a flood of words."""

from gateway.flood import PIECE, Flood

NOW = 1_790_000_000_000


def test_a_burst_passes_and_what_is_over_the_rate_does_not() -> None:
    flood = Flood(rate=10)
    passed = sum(flood.allows("n-01", 100, NOW + step) for step in range(1000))
    assert passed == 10 * 4 + 10 - 1, "four seconds' worth at once and one second's more"


def test_other_nodes_are_not_touched() -> None:
    flood = Flood(rate=10)
    for _ in range(1000):
        flood.allows("n-01", 100, NOW)
    assert not flood.allows("n-01", 100, NOW)
    assert flood.allows("n-02", 100, NOW)


def test_a_node_recovers() -> None:
    flood = Flood(rate=10)
    while flood.allows("n-01", 100, NOW):
        pass
    assert flood.allows("n-01", 100, NOW + 100)
    assert not flood.allows("n-01", 100, NOW + 100)


def test_refusals_are_reported_once_a_second() -> None:
    flood = Flood(rate=10)
    reports = [flood.refuse("n-01", NOW + step * 10) for step in range(250)]
    assert [count for count in reports if count] == [1, 100, 100]


def test_the_last_refusals_are_told_by_what_comes_after() -> None:
    flood = Flood(rate=10)
    assert [flood.refuse("n-01", NOW + step) for step in range(5)] == [1, 0, 0, 0, 0]
    assert [flood.refused("n-01", NOW + at) for at in (999, 1000, 5000)] == [0, 4, 0]


def test_invented_names_do_not_fill_the_memory() -> None:
    flood = Flood(rate=10)
    for number in range(25_000):
        flood.allows(f"n-{number}", 100, NOW)
    assert len(flood._buckets) <= 10_000


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    flood = Flood(rate=10)
    while flood.allows("n-01", 100, NOW):
        pass
    assert not flood.allows("n-01", 100, NOW - 60_000)


def test_a_long_message_counts_as_many_short_ones() -> None:
    flood = Flood(rate=100)
    assert sum(flood.allows("n-01", 20 * PIECE, NOW) for _ in range(100)) == 20
    assert not flood.allows("n-01", 100, NOW)


def test_the_longest_message_passes_however_little_is_allowed() -> None:
    flood = Flood(rate=1)
    assert flood.allows("n-01", 1000 * PIECE, NOW)
    assert not flood.allows("n-01", 1, NOW + 60_000)
    assert flood.allows("n-01", 1, NOW + 1_000_000)
