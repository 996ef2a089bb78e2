"""What people call a post (岗位): the reason why somebody is told. Pure."""

from contracts.inventory import Name, Village

_HEAD = ("{}负责人", "head of {}")
_AT_GRID = {"grid_officer": ("{}网格员", "grid officer of {}"), "grid_lead": ("{}网格长", "grid lead of {}")}


def post_name(village: Village, post: str) -> Name:
    """The name of a department, ``<department>.head``, ``grid_officer@<grid>`` or ``grid_lead@<grid>``.

    Of what the inventory does not have, the post as it is.
    """
    role, at, grid = post.partition("@")
    if at and role in _AT_GRID:
        name = next((one.name for one in village.grids if one.id == grid), None)
        # 老街网格 and 网格员 are said as one word.
        short = name and Name(zh=name.zh.removesuffix("网格") or name.zh, en=name.en)
        return _said(_AT_GRID[role], short, grid)
    department = post.removesuffix(".head")
    known = next((one.name for one in village.departments if one.id == department), None)
    return _said(("{}", "{}") if department == post else _HEAD, known, department)


def _said(words: tuple[str, str], name: Name | None, fallback: str) -> Name:
    zh, en = (fallback, fallback) if name is None else (name.zh, name.en)
    return Name(zh=words[0].format(zh)[:40], en=words[1].format(en)[:60])
