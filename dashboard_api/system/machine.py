"""The gateway's own figures as checks: judged as the gateway judges them, and unknown once they are too old. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from dashboard_api.system.check import Check, Level
from gateway.faults import Rules
from gateway.faults.village.own import Certificate, own
from gateway.store import Machine

# It tells each minute: one that is missed may be chance, five are none.
LATE_MS, GONE_MS = 150_000, 300_000
DAY_MS, HOUR_MS, MB = 86_400_000, 3_600_000, 1_000_000
_ALL = ("told", "broker", "gateway_clock", "disk", "backup", "certificate", "release")


def checks(machine: Machine | None, rules: Rules, now_ms: int, version: str) -> list[Check]:
    """``version``: that of the page's own program."""
    if machine is None:
        return [Check(key, "unknown", note="never") for key in _ALL]
    told = _told(machine, now_ms)
    found = [*_process(machine, rules), *_certificates(machine, rules), _release(machine, version)]
    if now_ms - machine.vitals.at_ms > GONE_MS:
        found = [replace(one, level="unknown") for one in found]  # what was last known is shown, and claimed no more
    return [told, *(replace(one, at_ms=machine.vitals.at_ms) for one in found)]


def _told(machine: Machine, now_ms: int) -> Check:
    age_ms = max(0, now_ms - machine.vitals.at_ms)
    level: Level = "bad" if age_ms > GONE_MS else "attention" if age_ms > LATE_MS else "good"
    facts = {"started_ms": machine.started_ms}
    return Check("told", level, age_ms / 1000, "s", GONE_MS / 1000, machine.vitals.at_ms, "since", facts)


def _process(machine: Machine, rules: Rules) -> Iterator[Check]:
    yield _broker(machine, rules)
    yield _clock(machine, rules)
    yield _disk(machine, rules)
    yield _backup(machine, rules)


def _judged(machine: Machine, rules: Rules, *codes: str) -> bool:
    return any(finding.code in codes for finding in own(machine.vitals, rules))


def _broker(machine: Machine, rules: Rules) -> Check:
    lost_ms, codes = machine.vitals.broker_lost_ms, ("broker_away",)
    facts: dict[str, str | float] = {"broker": machine.broker}
    if machine.link_ms is not None:
        facts["since_ms"] = machine.link_ms
    if lost_ms is None:
        return Check("broker", "unknown", codes=codes, facts=facts)
    away_s = max(0, machine.vitals.at_ms - lost_ms) / 1000 if lost_ms else 0.0
    level: Level = "good" if not lost_ms else "bad" if away_s >= rules.gateway_away_s else "attention"
    note = "away" if lost_ms else "there"
    return Check("broker", level, away_s, "s", rules.gateway_away_s, note=note, facts=facts, codes=codes)


def _clock(machine: Machine, rules: Rules) -> Check:
    vitals, codes, limit = machine.vitals, ("gateway_clock_off",), float(rules.clock_off_ms)
    if machine.doubt:
        return Check("gateway_clock", "bad", None, "ms", limit, note="doubt", codes=codes)
    if vitals.synchronised is None:
        return Check("gateway_clock", "unknown", None, "ms", limit, codes=codes)
    if not vitals.synchronised:
        return Check("gateway_clock", "bad", vitals.off_ms, "ms", limit, note="alone", codes=codes)
    level: Level = "bad" if _judged(machine, rules, *codes) else "good"
    return Check("gateway_clock", level, vitals.off_ms, "ms", limit, note="kept", codes=codes)


def _disk(machine: Machine, rules: Rules) -> Check:
    vitals, codes = machine.vitals, ("store_full", "gateway_disk_full")
    if vitals.disk_free is None:
        return Check("disk", "unknown", None, "bytes", codes=codes)
    share = rules.disk_free_share * (vitals.disk_size or 0)
    limit = max(share, float(rules.disk_free_mb * MB))
    level: Level = "bad" if _judged(machine, rules, "store_full") else "good"
    if level == "good" and vitals.disk_free < limit:
        level = "attention"
    note, facts = ("of", {"size": float(vitals.disk_size)}) if vitals.disk_size else ("", {})
    return Check("disk", level, vitals.disk_free, "bytes", limit, note=note, facts=facts, codes=codes)


def _backup(machine: Machine, rules: Rules) -> Check:
    limit, codes, vitals = rules.backup_hours * HOUR_MS / 1000, ("backup_old",), machine.vitals
    if not machine.backups:
        return Check("backup", "unknown", None, "s", limit, note="nowhere", codes=codes)
    failed = machine.attempt is not None and bool(machine.attempt.reason)
    late = _judged(machine, rules, *codes)
    facts: dict[str, str | float] = {}
    if machine.attempt is not None:
        facts |= {"tried_ms": machine.attempt.at_ms, "reason": machine.attempt.reason}
    if machine.archive is not None:
        facts |= {"name": machine.archive.name, "size": machine.archive.size, "number": machine.archive.number}
    level: Level = "bad" if late else "attention" if failed or machine.archive is None else "good"
    note = "failed" if failed else "none" if machine.archive is None else "made"
    age_s = None if vitals.backup_ms is None or machine.archive is None else (vitals.at_ms - vitals.backup_ms) / 1000
    return Check("backup", level, age_s, "s", limit, note=note, facts=facts, codes=codes)


def _certificates(machine: Machine, rules: Rules) -> Iterator[Check]:
    codes, limit, held = ("certificate_ends",), float(rules.certificate_days), machine.vitals.certificates
    if not machine.tls:
        yield Check("certificate", "unknown", None, "days", limit, note="none", codes=codes)
    elif held is None:
        yield Check("certificate", "unknown", None, "days", limit, note="unread", codes=codes)
    for one in held or ():
        yield _certificate(one, machine.vitals.at_ms, limit)


def _certificate(one: Certificate, at_ms: int, limit: float) -> Check:
    days = (one.ends_ms - at_ms) / DAY_MS
    level: Level = "bad" if days <= 0 else "attention" if days < limit else "good"
    facts, codes = {"ends_ms": one.ends_ms}, ("certificate_ends",)
    return Check("certificate", level, days, "days", limit, None, "ends", facts, one.name, codes)


def _release(machine: Machine, version: str) -> Check:
    facts = {"software": machine.software, "page": version, "python": machine.python, "database": machine.database}
    same = machine.software == version
    return Check("release", "good" if same else "attention", note="same" if same else "differs", facts=facts)
