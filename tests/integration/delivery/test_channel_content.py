"""What arrives, cut to what each vendor takes; and how much of it a minute."""

import io
import json
from pathlib import Path

import pytest

from demo.vendors import SECRET, Vendors
from gateway.delivery.channels import ChannelError
from gateway.delivery.channels.limit import Limit
from gateway.delivery.channels.sign import signature
from gateway.dispatch.words import Failed, Sent
from tests.integration.delivery.conftest import NUMBER, Clock, Open, letter

# Of a plug-in of Apprise, which does without it where it is gone.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
JPEG = b"\xff\xd8\xff\xe0" + bytes(1000)


def test_a_long_text_is_cut_at_a_character_and_keeps_its_link(opened: Open, vendors: Vendors) -> None:
    link = "https://vsm.example/o/1"
    outcome = opened("wecom").send(letter(text="灯" * 900 + link, link=link))
    assert isinstance(outcome, Sent)
    (got,) = vendors.received("wecom")
    assert got.text.endswith(f"灯…\n{link}")
    assert 2040 < len(got.text.encode()) <= 2048


def test_severity_1_calls_everybody_or_those_of_the_roster(opened: Open, vendors: Vendors) -> None:
    channel = opened("wecom")
    channel.send(letter(severity=1))
    channel.send(letter(severity=1, to=NUMBER))
    channel.send(letter(severity=2))
    assert [got.mentioned for got in vendors.received("wecom")] == [["@all"], [NUMBER], []]


@pytest.mark.parametrize("kind", ["wecom", "smtp", "webhook"])
def test_a_picture_goes_with_it(opened: Open, vendors: Vendors, kind: str) -> None:
    opened(kind).send(letter(to="duty@village.example" if kind == "smtp" else "", picture=JPEG))
    assert [got.picture for got in vendors.received(kind)][-1]


@pytest.mark.parametrize("picture", [b"GIF89a", b"\xff\xd8\xff" + bytes(2 * 1024 * 1024)])
def test_a_picture_that_the_robot_would_refuse_is_left_out(opened: Open, vendors: Vendors, picture: bytes) -> None:
    assert isinstance(opened("wecom").send(letter(picture=picture)), Sent)
    assert [got.picture for got in vendors.received("wecom")] == [False]


def test_a_vendor_of_sms_gets_a_template_and_short_variables_only(opened: Open, vendors: Vendors) -> None:
    given = {"place": "很" * 30, "what": "坏了\nhttps://x.example 请看"}
    opened("sms").send(letter(to=NUMBER, variables=given))
    (got,) = vendors.received("sms")
    assert got.variables == {"place": "很" * 19 + "…", "what": "坏了 请看"}
    assert got.text == f"【村安】{'很' * 19}…坏了 请看"


def test_each_language_has_its_template(opened: Open, vendors: Vendors) -> None:
    vendors.app.templates = {"ZH": "${place}${what}", "EN": "EN ${place} ${what}"}
    channel = opened("sms", templates={"problem": {"zh": "ZH", "en": "EN"}})
    channel.send(letter(key="a", to=NUMBER, lang="en"))
    channel.send(letter(key="b", to=NUMBER))
    assert [got.template for got in vendors.received("sms")] == ["EN", "ZH"]


def test_a_template_without_an_id_names_the_key_to_set(opened: Open) -> None:
    outcome = opened("sms").send(letter(to=NUMBER, template="reminder"))
    assert outcome == Failed(False, "no template id; set channels.duty.templates.reminder")


def test_the_robots_limit_is_kept_by_waiting(opened: Open, vendors: Vendors, clock: Clock) -> None:
    vendors.ledger.mono_s = clock.mono_s
    channel = opened("wecom")
    assert all(isinstance(channel.send(letter(key=f"m-{n}")), Sent) for n in range(45))
    assert len(vendors.received("wecom")) == 45
    assert max(clock.slept) < 5


def test_without_waiting_the_robot_would_refuse(
    opened: Open, vendors: Vendors, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendors.ledger.mono_s = clock.mono_s
    monkeypatch.setattr(Limit, "take", lambda _self: None)
    channel = opened("wecom")
    outcomes = [channel.send(letter(key=f"m-{n}")) for n in range(21)]
    assert [type(outcome) for outcome in outcomes] == [Sent] * 20 + [Failed]
    assert isinstance(outcomes[-1], Failed)
    assert outcomes[-1].retry_after_s == 60


def test_a_long_wait_goes_back_to_the_outbox(opened: Open, clock: Clock) -> None:
    channel = opened("webhook", per_minute=1)
    channel.send(letter())
    outcome = channel.send(letter(key="m-2"))
    assert isinstance(outcome, Failed)
    assert (outcome.recoverable, clock.slept) == (True, [])
    assert outcome.retry_after_s == pytest.approx(61.2)


def test_a_mail_of_two_attempts_has_one_message_id(opened: Open, vendors: Vendors) -> None:
    channel = opened("smtp")
    for _ in range(2):
        channel.send(letter(to="duty@village.example", title="第一行\n第二行"))
    assert len({got.key for got in vendors.received("smtp")}) == 1
    assert vendors.received("smtp")[0].text.startswith("第一行 第二行\n北沽路口")


def test_an_address_with_a_line_break_is_no_address(opened: Open, vendors: Vendors) -> None:
    outcome = opened("smtp").send(letter(to="a@b.example\r\nBcc: c@d.example"))
    assert isinstance(outcome, Failed)
    assert not vendors.received()


def test_apprise_is_never_confirmed(opened: Open, vendors: Vendors) -> None:
    assert opened("apprise").send(letter()) == Sent(confirmed=False)
    assert "北沽路口" in vendors.received("webhook")[0].text


def test_what_apprise_cannot_read_is_named_without_its_secret(opened: Open) -> None:
    with pytest.raises(ChannelError, match=r"^channels\.duty: secret: no Apprise URL in line 2$"):
        opened("apprise", secret=f"json://localhost\nnonsense-{SECRET}")


def test_a_failure_of_apprise_says_nothing_of_its_address(opened: Open, vendors: Vendors) -> None:
    channel = opened("apprise")
    vendors.stop()
    assert channel.send(letter()) == Failed(True, "Apprise reports a failure", unknown=True)


def test_a_desk_gets_one_line_without_control_characters(opened: Open, tmp_path: Path) -> None:
    desk = tmp_path / "desk.txt"
    assert opened("console", file=desk).send(letter(text="一\n二\x1b[2J")) == Sent(confirmed=False)
    assert opened("console", file=desk, manned=True).send(letter()) == Sent(confirmed=True)
    lines = desk.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("[2] 一 二 [2J")


def test_the_blueprint_appends_json_lines(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    channel = opened("file", path=path)
    assert channel.send(letter()) == channel.send(letter(key="m-2")) == Sent(confirmed=False)
    with io.StringIO(path.read_text(encoding="utf-8")) as lines:
        assert [json.loads(line)["key"] for line in lines] == ["m-1", "m-2"]
    path.unlink()
    path.mkdir()
    assert opened("file", path=path).send(letter()) == Failed(True, "cannot be written: Is a directory")


def test_the_signature_in_the_document_is_right(root: Path) -> None:
    page = (root / "docs" / "channels.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in page.splitlines()]
    (given,) = [line.removeprefix("X-VSM-Signature: ") for line in lines if line.startswith("X-VSM-Signature: ")]
    (body,) = [line for line in lines if line.startswith('{"id": "m-4711"')]
    assert given == signature(SECRET, "1795000000", body.encode())
