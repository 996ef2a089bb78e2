"""What disturbs a run of the demo."""

from itertools import islice

from demo.unrest import LONGEST_S, Unrest, disturbances

PROCESSES, UPLINKS = ("edge-a", "gateway", "broker"), ("u-mobile",)


class Notes:
    """Writes down what it is told to do."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, str]] = []

    def disturb(self, target: str, deed: str) -> None:
        self.said.append(("disturb", target, deed))

    def calm(self, target: str, deed: str) -> None:
        self.said.append(("calm", target, deed))


def test_the_same_seed_disturbs_the_same_and_each_round_everything_once() -> None:
    one, same, other = (list(islice(disturbances(seed, PROCESSES, UPLINKS), 40)) for seed in (1, 1, 2))
    assert one == same != other
    assert {each.target for each in one[:4]} == {each.target for each in one[4:8]} == {*PROCESSES, *UPLINKS}
    assert {each.deed for each in one} == {"kill", "stop", "cut", "hang"}
    assert all(each.deed in ({"cut", "hang"} if each.target in UPLINKS else {"kill", "stop"}) for each in one)


def test_one_thing_at_a_time_is_disturbed_and_each_is_calmed_in_time() -> None:
    notes = Notes()
    unrest = Unrest(disturbances(1, PROCESSES, UPLINKS), notes)
    for step in range(1000):
        unrest.tick(step / 10)
        assert len(notes.said) == 2 * unrest.done - unrest._on
    for begun, ended in zip(notes.said[::2], notes.said[1::2], strict=False):
        assert (begun[0], ended[0]) == ("disturb", "calm")
        assert begun[1:] == ended[1:]
    assert 8 <= unrest.done <= 100 / LONGEST_S


def test_the_end_of_a_run_calms_what_is_disturbed_once() -> None:
    notes = Notes()
    unrest = Unrest(disturbances(1, PROCESSES, UPLINKS), notes)
    for step in range(100):
        unrest.tick(step / 10)
        if unrest._on:
            break
    unrest.end()
    unrest.end()
    assert [what for what, *_ in notes.said] == ["disturb", "calm"]
