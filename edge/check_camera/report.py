"""What the node would report of a camera, as lines for a terminal. Pure."""

from collections.abc import Iterator

from edge.check_camera.texts import CODES, FIGURES, STATES, WORDS, Language, say
from edge.detect.verdict import Verdict


def lines(verdict: Verdict, language: Language) -> Iterator[str]:
    """State, findings, what cannot be judged, figures. The codes stand beside the words: the desk speaks of them."""
    yield f"{say(WORDS, 'state', language)}: {say(STATES, verdict.state, language)} ({verdict.state})"
    if not verdict.findings:
        yield f"  {say(WORDS, 'nothing', language)}"
    for code, (_, raw) in sorted(verdict.findings.items()):
        yield f"  {say(WORDS, 'found', language)}: {say(CODES, code, language)} ({code})"
        if raw:
            yield f"    {say(WORDS, 'detail', language)}: {raw}"
    if verdict.nc:
        unchecked = ", ".join(f"{say(CODES, code, language)} ({code})" for code in sorted(verdict.nc))
        yield f"  {say(WORDS, 'unchecked', language)}: {unchecked}"
    yield f"{say(WORDS, 'figures', language)}:"
    for name, value in verdict.m.items():
        yield f"  {say(FIGURES, name, language)} ({name}): {value:g}"
