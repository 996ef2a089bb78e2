"""Scenarios of one break, and of one that nobody was told to expect."""

UNSAID = """
steps:
  - name: nobody was told of this
    at_s: 20
    break: {what: dark, device: wl-01}
    mend_at_s: 420
    expect: []
"""
BREAK = """
steps:
  - name: a line comes and goes
    at_s: 20
    break: {BREAK}
    mend_at_s: 500
    expect: [EXPECT]
    within_s: 180
    protocol_s: 10
    close_within_s: 60
    close_protocol_s: 35
    messages:
      - {kind: problem, CAUSE}
      - {kind: recovery, CAUSE}
"""
LINE, SITES = "asset: u-telecom, code: uplink_down", "{each: site, code: site_dark, root: u-telecom}"


def scenario(broken: str, cause: str, *parts: str) -> str:
    """A step whose break has ``cause``, of which ``parts`` are listed."""
    expect = ", ".join([f"{{{cause}}}", *parts])
    return BREAK.replace("BREAK", broken).replace("EXPECT", expect).replace("CAUSE", cause)
