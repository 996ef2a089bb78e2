"""Topics are built and taken apart the same way; nothing strange gets through."""

import pytest

from contracts.topics import UP_LEAVES, BadTopic, Topic, from_gateway, from_nodes, parse, to_node


def test_a_topic_reads_back_as_written() -> None:
    topic = Topic("beigu", "n-01", "up")
    assert str(topic) == "vsm/v1/beigu/n-01/up"
    assert parse(str(topic)) == topic


@pytest.mark.parametrize(
    "strange",
    [
        "vsm/v1/beigu/n-01",
        "vsm/v2/beigu/n-01/up",
        "vsm/v1/beigu/+/up",
        "vsm/v1/bei#gu/n-01/up",
        "vsm/v1/beigu/n-01/rumour",
        "vsm/v1/beigu/N 01/up",
        "vsm/v1/beigu/n-01/up/more",
        "",
    ],
)
def test_a_strange_topic_is_refused(strange: str) -> None:
    with pytest.raises(BadTopic):
        parse(strange)


def test_gateway_and_node_subscribe_to_the_other_sides_words() -> None:
    assert from_nodes("beigu") == ["vsm/v1/beigu/#"]
    assert to_node("beigu", "n-01") == [
        "vsm/v1/beigu/n-01/ack",
        "vsm/v1/beigu/n-01/command",
        "vsm/v1/beigu/n-01/desired",
        "vsm/v1/beigu/gateway/state",
    ]


def test_a_gateway_knows_its_own_words_by_their_topic() -> None:
    assert all(from_gateway(topic) for topic in to_node("beigu", "n-01"))
    assert not any(from_gateway(f"vsm/v1/beigu/n-01/{leaf}") for leaf in (*UP_LEAVES, "rumour"))
