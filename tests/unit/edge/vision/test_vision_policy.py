from contracts.picture import PictureLimits
from edge.vision.policy import CODES, Policy, Told
from edge.vision.window import Window

EMPTY: frozenset[str] = frozenset()


def after(*windows: set[str] | None, nc: frozenset[str] = EMPTY) -> Told:
    """What is told after windows with these codes; None: the window can check no code."""
    policy = Policy(PictureLimits())
    for at, codes in enumerate(windows):
        unchecked = CODES if codes is None else nc
        policy.take(Window(float(at), "day", frozenset(codes or ()), unchecked))
    return policy.told()


def hidden(share: float, seconds: float, every_s: float = 60.0) -> bool:
    policy = Policy(PictureLimits())
    for number in range(int(seconds / every_s) + 1):
        policy.take(Window(number * every_s, "day", numbers={"covered": share}))
    return policy.told().attention


def test_three_of_the_newest_five_windows_confirm() -> None:
    assert after({"blur"}, {"blur"}).codes == EMPTY
    assert after({"blur"}, set(), {"blur"}, set(), {"blur"}).codes == {"blur"}
    assert after({"blur"}, {"blur"}, set(), set(), set(), {"blur"}).codes == EMPTY


def test_it_ends_as_it_began() -> None:
    faulty: list[set[str] | None] = [{"moved"}] * 5
    assert after(*faulty, set(), set()).codes == {"moved"}
    assert after(*faulty, set(), set(), set()).codes == EMPTY


def test_a_window_that_cannot_check_says_nothing_about_it() -> None:
    assert after({"blur"}, None, None, None, {"blur"}, {"blur"}).codes == {"blur"}
    told = after({"blur"}, {"blur"}, {"blur"}, None)
    assert ("blur" in told.codes, "blur" in told.nc) == (False, True)


def test_before_the_first_window_nothing_can_be_checked() -> None:
    assert Policy(PictureLimits()).told().nc == CODES | {"frozen"}


def test_a_still_picture_is_only_suspected() -> None:
    told = after({"frozen"}, {"frozen"}, {"frozen"})
    assert (set(told.codes), set(told.suspected)) == (set(), {"frozen"})


def test_nothing_is_calm_while_a_fault_is_open_or_suspected() -> None:
    policy = Policy(PictureLimits())
    assert policy.is_calm()
    policy.take(Window(0.0, "day", frozenset({"noise"})))
    assert not policy.is_calm()
    for at in range(1, 6):
        policy.take(Window(float(at), "day"))
    assert policy.is_calm()


def test_a_view_that_is_partly_hidden_for_an_hour_is_worth_attention() -> None:
    assert not hidden(0.3, 3500)
    assert hidden(0.3, 3900)
    assert not hidden(0.2, 7200)


def test_flicker_is_confirmed_by_bursts_alone() -> None:
    policy = Policy(PictureLimits())
    for seen in (True, None, True, None, True):
        policy.flicker(seen)
        policy.take(Window(0.0, "day"))
    assert policy.told().codes == {"flicker"}
