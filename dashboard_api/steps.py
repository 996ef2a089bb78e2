"""How far apart the points of a chart lie: the least of the usual steps that gives no more points than were asked for.

Pure.
"""

S_MS = 1_000
DAY_MS = 86_400 * S_MS
# From five minutes on they are whole multiples of five minutes, which are added up already.
USUAL_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400)


def step_ms(from_ms: int, to_ms: int, points: int) -> int:
    """Milliseconds from one point to the next, for at most ``points`` of them and one that is cut by the begin."""
    least = -((from_ms - to_ms) // points)
    usual = next((step * S_MS for step in USUAL_S if step * S_MS >= least), None)
    return -(-least // DAY_MS) * DAY_MS if usual is None else usual
