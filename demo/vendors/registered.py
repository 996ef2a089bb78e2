"""Our own templates as a vendor has them registered: an id a language."""

from gateway.dispatch.templates import TEMPLATES


def _id(name: str, lang: str) -> str:
    return f"VSM_{name.upper()}_{lang.upper()}"


def ids() -> dict[str, dict[str, str]]:
    """For a channel's key ``templates``: our name -> the id of each language."""
    return {name: {lang: _id(name, lang) for lang in ("zh", "en")} for name in TEMPLATES}


def texts() -> dict[str, str]:
    """For ``Vendors(templates=…)``: id -> text with ``${variable}``."""
    found = {}
    for name, template in TEMPLATES.items():
        for lang, text in (("zh", template.text.zh), ("en", template.text.en)):
            for variable in template.variables:
                text = text.replace(f"{{{variable}}}", f"${{{variable}}}")  # noqa: PLW2901  # word by word
            found[_id(name, lang)] = text
    return found
