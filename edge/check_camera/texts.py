"""What the field tool says, in Chinese and English."""

from typing import Literal

Language = Literal["zh", "en"]

STATES = {
    "up": ("正常", "works"),
    "degraded": ("有缺陷", "works, with a defect"),
    "down": ("故障", "does not work"),
    "unknown": ("不明", "unknown"),
}
CODES = {
    "unreachable": ("连不上", "cannot be reached"),
    "stalled": ("连得上，但没有画面数据", "is reached, and sends no picture"),
    "busy": ("摄像机说连接太多，5 分钟后再试", "says it is busy; try again in 5 min"),
    "wrong_password": (
        "密码不对；先核对密码，反复试会锁账号",
        "wrong password; look it up first, since more attempts lock the account",
    ),
    "frozen": ("画面卡住不动", "the picture is frozen"),
    "black": ("画面全黑", "the picture is black"),
    "over_exposed": ("画面过曝发白", "the picture is over-exposed"),
    "occluded": ("镜头被遮挡", "the view is covered"),
    "view_lost": ("看不到有用的画面", "the view is lost"),
    "blur": ("画面模糊", "the picture is blurred"),
    "moved": ("镜头被转动", "the camera was turned"),
    "noise": ("噪点太多", "the picture is noisy"),
    "snow": ("雪花点", "snow in the picture"),
    "cast": ("偏色", "a cast of colour"),
    "stripes": ("条纹", "stripes in the picture"),
    "flicker": ("画面闪烁", "the picture flickers"),
    "not_recorded": ("录像机里没有录像", "the recorder has no recording"),
    "clock_off": ("摄像机时间差一分钟以上", "the camera's clock is off by more than a minute"),
    "driver_error": ("程序出错", "the program failed"),
}
FIGURES = {
    "fps": ("每秒画面", "pictures a second"),
    "gop": ("关键帧间隔（帧）", "pictures from key to key"),
    "kbps": ("码率 kbit/s", "kbit/s"),
    "luma_p99": ("最亮处 0-255", "brightest 0-255"),
    "luma_mean": ("平均亮度 0-255", "mean brightness 0-255"),
    "silent_s": ("多久没数据（秒）", "s since the last packet"),
    "unrecorded_s": ("多久没录像（秒）", "s without a recording"),
    "clock_off_s": ("摄像机时钟快（秒）", "s the camera's clock is ahead"),
    "line_mb": ("今天流量 MB", "MB over the line today"),
    "capped_s": ("流量用完，还要等（秒）", "s until pictures may be paid for again"),
}
WORDS = {
    "state": ("状态", "state"),
    "nothing": ("没有发现问题", "nothing found"),
    "found": ("发现", "found"),
    "detail": ("详情", "detail"),
    "unchecked": ("现在无法判断", "cannot be judged now"),
    "figures": ("数据", "figures"),
    "picture": ("图片已写到", "picture written to"),
    "no_picture": ("没有取到图片", "no picture could be taken"),
    "watching": ("正在看，秒：", "watching, seconds:"),
    "login": ("密码（格式 用户名:密码，不显示）：", "Login (user:password, not shown): "),
    "wrong_call": ("写法不对", "wrong call"),
}


def say(table: dict[str, tuple[str, str]], word: str, language: Language) -> str:
    """The words for ``word``; the word itself where there are none."""
    zh, en = table.get(word, (word, word))
    return zh if language == "zh" else en
