"""The outbox's statements as PostgreSQL takes them: it adds numbers only, where SQLite adds anything."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import postgresql

from gateway.dispatch.words import Failed
from tests.integration.outbox.conftest import TIMES, Town, Vendor

_DIALECT = postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it open


def test_what_a_letter_runs_through_compiles_and_adds_numbers_only(
    town: Town, vendor: Vendor, carry: Callable[[], list[str]]
) -> None:
    statements: list[str] = []

    def compile_too(_db: object, clause: Any, *_: object) -> None:
        if hasattr(clause, "compile"):
            statements.append(str(clause.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True})))

    for engine in (town.store.letters._read, town.store.letters._write):
        event.listen(engine, "before_execute", compile_too)
    vendor.answers = [Failed(True, "no answer in time", unknown=True)]
    town.opened("light-01", town.to("p-li"))
    carry()
    town.now += round(TIMES.lease_s * 1000)
    carry()
    town.store.letters.strand(["sms"], town.now)
    town.ended("light-01")
    assert any("unsure + 1" in one for one in statements)
    assert [one for one in statements if re.search(r"[+-] (true|false)", one)] == []
