"""Accounts with a password, an area and an end; links that set a password; tokens of programs."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"

metadata = sa.MetaData()
Millis = sa.BigInteger

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("token_hash", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("account", sa.BigInteger, nullable=False, index=True),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("areas", sa.Text, nullable=False),
    sa.Column("added_ms", Millis, nullable=False),
    sa.Column("expires_ms", Millis),
    sa.Column("seen_ms", Millis),
)

# Table -> column, type, what rows of before have in it; None: nothing, and nothing is needed.
ADDED: dict[str, tuple[tuple[str, Any, str | None], ...]] = {
    "accounts": (
        ("display", sa.String, "''"),
        ("areas", sa.Text, "'*'"),
        ("person", sa.String, None),
        ("password", sa.String, None),
        ("ended_ms", Millis, None),
    ),
    "invites": (
        ("kind", sa.String, "'invite'"),
        ("areas", sa.Text, "'*'"),
        ("account", sa.BigInteger, None),
    ),
    "sessions": (("seen_ms", Millis, "added_ms"), ("agent", sa.String, "''")),
}


def _recreate() -> Literal["always", "never"]:
    # SQLite writes an added column behind the key; copied, the table reads as one made afresh.
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade() -> None:
    """Runs on a database of 0005. Whoever could sign in saw the whole village, and still does."""
    metadata.create_all(op.get_bind())
    for name, columns in ADDED.items():
        with op.batch_alter_table(name, recreate=_recreate()) as table:
            for column, type_, _ in columns:
                table.add_column(sa.Column(column, type_))
        needed = [(column, type_, before) for column, type_, before in columns if before is not None]
        said = ", ".join(f"{column} = {before}" for column, _, before in needed)
        op.execute(f"UPDATE {name} SET {said}")  # noqa: S608  # names and values stand above
        with op.batch_alter_table(name, recreate=_recreate()) as table:
            for column, type_, _ in needed:
                table.alter_column(column, existing_type=type_, nullable=False)


def downgrade() -> None:
    """Back to 0005."""
    for name, columns in ADDED.items():
        with op.batch_alter_table(name, recreate=_recreate()) as table:
            for column, _, _ in columns:
                table.drop_column(column)
    metadata.drop_all(op.get_bind())
