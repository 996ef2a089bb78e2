"""Everything that is made from one inventory, written into one folder."""

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.topics import GATEWAY
from firmware_config import broker, command_key, compose, front, gateway, grafana, nodes, units
from firmware_config.certificates import Authority, CertificateError, Wanted
from firmware_config.channels import HEARTBEAT
from firmware_config.disk import keep_or_write, write
from firmware_config.layout import COMMAND_KEY, COMPOSE_BROKER, HEALTH_USER, Site, folder_of
from firmware_config.revocations import Revocations

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to make, where, and with whose signature.

    ``new_keys`` replaces every key, the authority's too, ``new_front_key`` that of the public front; ``revoke``: nodes
    whose present certificates are to be good no longer.
    """

    site: Site
    out: Path
    ca: Path
    now: dt.datetime
    new_keys: bool = False
    new_front_key: bool = False
    revoke: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done. ``empty_logins`` and ``empty_secrets`` (of channels, by name): files to fill in; ``strangers``:
    folders of nodes the inventory has no more.
    """

    files: int
    certificates: int
    empty_logins: list[Path]
    empty_secrets: dict[str, Path]
    strangers: list[str]
    ca_key: Path | None


def generate(order: Order, progress: Progress) -> Outcome:
    """Write all of it. Raises :class:`CertificateError` and :class:`OSError`."""
    if not order.new_keys:
        _same_authority(order)
    empty = _empty_secrets(order)
    out, public = order.out, _command_public(order)
    site = replace(order.site, heartbeat=HEARTBEAT not in empty, command_public=public)
    authority = Authority.open(order.ca, site.village.id, order.now, anew=order.new_keys)
    _revoke(order, authority)
    passwords = {name: _password(order, name) for name in _drawn(site)}
    files = {
        **nodes.files(site),
        **broker.files(site),
        **gateway.files(site),
        **compose.files(site, out.resolve(), passwords),
        **grafana.files(site),
        **front.files(site, out.resolve(), passwords.get(front.BOX_KEY, "")),
        **units.files(site),
    }
    for name, file in sorted(files.items()):
        write(out / name, file.text.encode(), file.mode)
    wanted = list(_wanted(order))
    made = 0
    for done, one in enumerate(wanted, 1):
        made += authority.provide(one, anew=order.new_keys)
        progress("certificates", done, len(wanted))
    key = order.ca / "ca.key"
    return Outcome(len(files), made, list(_logins(order)), empty, _strangers(order), key if key.exists() else None)


def _same_authority(order: Order) -> None:
    """A second authority by oversight would lock out every node that is already out there."""
    known, given = order.out / folder_of("broker") / "tls" / "ca.crt", order.ca / "ca.crt"
    if known.exists() and not (given.exists() and given.read_bytes() == known.read_bytes()):
        raise CertificateError(
            f"{given}: is not the authority that signed {order.out}; give its folder with --ca, or start over "
            "with --new-keys (then every node needs its new files)"
        )


def _revoke(order: Order, authority: Authority) -> None:
    """First on the list, then away: whoever is still in the inventory gets a new key afterwards."""
    copy = order.out / folder_of("broker") / "tls" / "ca.crl"
    revocations = Revocations.open(order.ca, authority, copy, anew=order.new_keys)
    stems = [order.out / folder_of(name) / "tls" / name for name in order.revoke]
    revocations = revocations.add(*(stem.with_name(f"{stem.name}.crt") for stem in stems))
    revocations.copy_to(copy)
    for stem in stems:
        for kind in ("crt", "key"):
            stem.with_name(f"{stem.name}.{kind}").unlink(missing_ok=True)


def _wanted(order: Order) -> Iterator[Wanted]:
    host = order.site.gateway_host
    hosts = tuple(dict.fromkeys((host, "localhost", "127.0.0.1", COMPOSE_BROKER)))
    yield Wanted(host, order.out / folder_of("broker") / "tls" / "broker", hosts)
    yield Wanted(HEALTH_USER, order.out / folder_of("broker") / "tls" / "health")
    for part in (GATEWAY, *(node.id for node in order.site.nodes)):
        yield Wanted(part, order.out / folder_of(part) / "tls" / part)


def _drawn(site: Site) -> tuple[str, ...]:
    """Names of the passwords and keys that are drawn once."""
    return (*compose.SECRETS, *(gateway.LINK_KEY,) * bool(site.public_url), *(front.BOX_KEY,) * site.front)


def _password(order: Order, name: str) -> str:
    file = order.out / folder_of(GATEWAY) / "secrets" / name
    anew = order.new_keys or (order.new_front_key and name == front.BOX_KEY)
    if anew or not file.exists():
        write(file, secrets.token_hex(24).encode(), 0o600)
    return file.read_text(encoding="ascii").strip()


def _command_public(order: Order) -> str:
    """The public half of the key of commands, 64 hex digits; the private one is made if there is none."""
    file = order.out / folder_of(GATEWAY) / "secrets" / COMMAND_KEY
    if order.new_keys or not file.exists():
        write(file, command_key.draw().encode(), 0o600)
    try:
        return command_key.public_of(file.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise CertificateError(
            f"{file}: is no key ({error}); put the right file back, or delete it and generate again: then every node "
            "needs its new edge.yaml"
        ) from error


def _logins(order: Order) -> Iterator[Path]:
    """Makes the files of the cameras' logins; gives those still empty."""
    for node in order.site.nodes:
        for name in nodes.logins(node):
            file = order.out / folder_of(node.id) / "secrets" / name
            keep_or_write(file, b"")
            if not file.stat().st_size:
                yield file


def _empty_secrets(order: Order) -> dict[str, Path]:
    """Makes the files of the channels' secrets; those still empty, by name."""
    channels, folder = order.site.channels, order.out / folder_of(GATEWAY) / "secrets"
    files = {} if channels is None else {name: folder / name for name in (*channels.secrets.values(), HEARTBEAT)}
    for file in files.values():
        keep_or_write(file, b"")
    return {name: file for name, file in files.items() if not file.read_bytes().strip()}


def _strangers(order: Order) -> list[str]:
    known = {node.id for node in order.site.nodes}
    return sorted(folder.name for folder in (order.out / "nodes").glob("*") if folder.name not in known)
