"""The gateway's user and database in an InfluxDB 1.x on this machine; standard library only.

Called by scripts/install-gateway. Prints one line; exit status 1 with the reason when it cannot be done.
"""

import argparse
import base64
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ADMIN = "admin"
WAIT_S = 60
Login = tuple[str, str] | None


class Refused(Exception):
    """InfluxDB said no; the text is its own."""


def ask(url: str, query: str, login: Login, database: str = "") -> list[list[object]]:
    """The rows that a query gives."""
    fields = {"q": query, "db": database}
    request = urllib.request.Request(f"{url}/query", urllib.parse.urlencode(fields).encode())  # noqa: S310  # http alone
    if login:
        request.add_header("Authorization", "Basic " + base64.b64encode(":".join(login).encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # http alone
            found = json.load(answer)["results"][0]
    except urllib.error.HTTPError as error:
        raise Refused(error.read().decode(errors="replace").strip()) from error
    if "error" in found:
        raise Refused(found["error"])
    return [row for series in found.get("series", ()) for row in series.get("values", ())]


def accepts(url: str, query: str, login: Login, database: str = "") -> bool:
    """Whether the query is answered."""
    try:
        ask(url, query, login, database)
    except Refused:
        return False
    return True


def wait(url: str) -> None:
    """Until InfluxDB answers."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            urllib.request.urlopen(f"{url}/ping", timeout=5).close()  # noqa: S310  # http alone
        except OSError as error:
            if time.monotonic() > until:
                raise Refused(f"no answer from {url} in {WAIT_S} s: {error}") from error
            time.sleep(0.5)
        else:
            return


def text(value: str) -> str:
    """A string of InfluxQL."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def name(value: str) -> str:
    """An identifier of InfluxQL."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def admin_of(url: str, file: Path) -> Login:
    """The administrator; made with a password of its own where there is none yet."""
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(24))
    login = (ADMIN, file.read_text(encoding="utf-8").strip())
    if not accepts(url, "SHOW USERS", login):
        try:
            ask(url, f"CREATE USER {ADMIN} WITH PASSWORD {text(login[1])} WITH ALL PRIVILEGES", None)
        except Refused as error:
            raise Refused(f"has another administrator; put the password of {ADMIN!r} into {file} ({error})") from error
    return login


def provide(url: str, options: argparse.Namespace) -> str:
    """Make what is missing; what was done."""
    password = options.password_file.read_text(encoding="utf-8").strip()
    own, database = (options.user, password), name(options.database)
    if accepts(url, "SHOW MEASUREMENTS LIMIT 1", own, options.database):
        done = "already as wanted"
    elif options.dry_run:
        return f"would: make user {options.user} and database {options.database}"
    else:
        admin = admin_of(url, options.admin_file)
        ask(url, f"CREATE DATABASE {database}", admin)
        known = options.user in {row[0] for row in ask(url, "SHOW USERS", admin)}
        user = name(options.user)
        change = f"SET PASSWORD FOR {user} =" if known else f"CREATE USER {user} WITH PASSWORD"
        ask(url, f"{change} {text(password)}", admin)
        ask(url, f"GRANT ALL ON {database} TO {user}", admin)
        done = f"user {options.user} and database {options.database}"
    if accepts(url, "SHOW DATABASES", None):
        raise Refused("answers without a password: is auth-enabled in its configuration, and was it restarted?")
    return f"{done}; without a password nobody is answered"


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--user", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--password-file", type=Path, required=True)
    parser.add_argument("--admin-file", type=Path, required=True, help="password of the administrator; made if missing")
    parser.add_argument("--port", type=int, default=8086)
    parser.add_argument("--dry-run", action="store_true", help="change nothing")
    options = parser.parse_args()
    url = f"http://127.0.0.1:{options.port}"
    try:
        wait(url)
        print(provide(url, options))
    except (Refused, OSError) as error:
        print(f"InfluxDB: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
