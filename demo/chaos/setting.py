"""What a node of the harness is started with."""

import msgspec


class Talk(msgspec.Struct, frozen=True):
    """How it talks. ``rate``: records a second; ``syncs`` False: the card forgets what it is told to keep."""

    seed: int
    rate: float
    cap_bytes: int
    syncs: bool = True


class Setting(msgspec.Struct, frozen=True):
    """``port``: where it dials; ``folder``: its card; ``ledger``: its books."""

    node: str
    inventory: str
    port: int
    folder: str
    ledger: str
    talk: Talk
