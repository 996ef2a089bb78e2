"""Reports as whole printable documents; WeasyPrint makes the PDF of the same."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard_api.web import assets, texts
from dashboard_api.web.reports import month_view, statement_view
from dashboard_api.web.reports.standing import Standing
from dashboard_api.web.reports.words import SHOWN, class_pill
from dashboard_api.web.texts import Lang
from gateway.reports.month import MonthReport
from gateway.reports.window import Statement
from gateway.uptime.months import Difference


def month(report: MonthReport, lang: Lang, changed: Sequence[Difference] = ()) -> str:
    """The HTML of a month report. ``changed``: what this revision changed against the one before."""
    return _page("month.html", lang, view=month_view.view(report, lang, changed))


def statement(drawn: Statement, lang: Lang, standing: Standing) -> str:
    """The HTML of a statement."""
    issuer = drawn.place.text(lang)
    return _page("statement.html", lang, page=statement_view.page(lang, drawn, standing), village=issuer)


def _page(template: str, lang: Lang, **values: object) -> str:
    classes = [(what, class_pill(lang, what).word) for what in SHOWN]
    said = {
        "classes": classes,
        "lang": lang,
        "html_lang": texts.HTML_LANG[lang],
        "t": lambda key, **more: texts.say(lang, key, **more),
    }
    return _environment().get_template(f"reports/{template}").render({**said, **values})


@cache
def _environment() -> Environment:
    folder = FileSystemLoader(Path(__file__).parents[1] / "templates")
    made = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals["asset"] = assets.url
    return made
