"""A text in both languages, and what to do first by role.

Who is not an electrician is never told to touch or measure anything live; where fire is possible, 119 comes first.
"""

from typing import Literal, NamedTuple, get_args

Role = Literal["maintenance", "electrician", "resident"]
ROLES: tuple[Role, ...] = get_args(Role)


class Text(NamedTuple):
    """One text; ``{name}`` stands for the asset's name."""

    zh: str
    en: str

    def say(self, lang: str, name: str = "") -> str:
        """In ``lang`` (``zh`` or ``en``), the name put in."""
        return (self.en if lang == "en" else self.zh).replace("{name}", name)


_WAIT = Text(
    "不要触碰。让周围的人离开，等电工到场。", "Do not touch it. Keep people away and wait for the electrician."
)
_LOOK = Text("请到现场查看；不要打开带电的箱门。", "Go and look; do not open a cabinet with live parts.")
_NOT_NEEDED = Text("暂不需要电工。", "No electrician needed for now.")
_KNOWN = Text("由维修人员处理，您无需操作。", "Maintenance staff deal with it; there is nothing for you to do.")
_OTHER_PILE = Text("请使用其他充电桩。", "Please use another charger.")

ACTIONS: dict[str, dict[Role, Text]] = {
    "electrical": {
        "maintenance": Text(
            "不要触碰充电桩和车辆。让周围的人离开，等电工到场。冒烟或起火：拨打 119。",
            "Do not touch the charger or the vehicle. Keep people away and wait for the electrician. "
            "Smoke or fire: call 119.",
        ),
        "electrician": Text(
            "断开上级开关并挂牌，验电确认无电，测量绝缘；到现场登记“已验明无电、绝缘合格”后才能解除。",
            "Open and tag the upstream breaker, prove it dead, test the insulation; the fault is released only after "
            "“measured dead, insulation tested” is recorded on site.",
        ),
        "resident": Text(
            "请勿靠近和触碰此充电桩。冒烟或起火：拨打 119。",
            "Keep away from this charger and do not touch it. Smoke or fire: call 119.",
        ),
    },
    "heat": {
        "maintenance": Text(
            "让周围的人离开，不要触碰，等电工到场。冒烟或起火：立即拨打 119。",
            "Keep people away, do not touch, wait for the electrician. Smoke or fire: call 119 at once.",
        ),
        "electrician": Text(
            "无烟无火时断开上级开关，验电，检查触头和接线，测量绝缘；登记“已验明无电、绝缘合格”。",
            "Without smoke or fire: open the upstream breaker, prove it dead, check contacts and wiring, test the "
            "insulation; record “measured dead, insulation tested”.",
        ),
        "resident": Text(
            "请远离此充电桩。冒烟或起火：拨打 119。", "Keep away from this charger. Smoke or fire: call 119."
        ),
    },
    "pile": {
        "maintenance": Text(
            "查看充电桩屏幕和外观，不要打开桩体；记录现象并联系充电运营商。冒烟或起火：拨打 119。",
            "Look at the charger's screen and housing, do not open it; note what you see and ring the charging "
            "operator. Smoke or fire: call 119.",
        ),
        "electrician": Text(
            "需要打开桩体时，先断电并验电，再检查。",
            "If it must be opened: isolate and prove it dead first, then inspect.",
        ),
        "resident": _OTHER_PILE,
    },
    "pile_power": {
        "maintenance": Text(
            "不要打开配电箱。确认周围是否停电，通知电工。",
            "Do not open the distribution box. See whether the surroundings are without power, tell the electrician.",
        ),
        "electrician": Text(
            "测量进线电压，检查上级开关和保护器。",
            "Measure the supply voltage, check the upstream breaker and protection.",
        ),
        "resident": _OTHER_PILE,
    },
    "pile_link": {
        "maintenance": Text(
            "查看充电桩是否通电、网络灯是否亮；再联系充电运营商。",
            "See whether the charger has power and its network lamp is lit; then ring the charging operator.",
        ),
        "electrician": Text("如充电桩无电，测量其进线。", "If the charger is without power, measure its supply."),
        "resident": Text("状态未知，请到现场查看或用其他桩。", "Its state is not known; look on site or use another."),
    },
    "camera_reach": {
        "maintenance": Text(
            "先看同一路口的其他设备是否正常，再检查摄像头的网线和供电指示灯。",
            "See whether the other devices of the junction work, then check the camera's cable and power lamp.",
        ),
        "electrician": Text("如指示灯不亮，测量摄像头的供电。", "If its lamp is dark, measure the camera's supply."),
        "resident": _KNOWN,
    },
    "camera_picture": {
        "maintenance": Text(
            "打开画面与参考图对比；到现场查看镜头、支架和遮挡物。",
            "Compare the picture with its reference; look at the lens, the bracket and what stands before it.",
        ),
        "electrician": _NOT_NEEDED,
        "resident": _KNOWN,
    },
    "camera_view": {
        "maintenance": Text(
            "查看画面。如像是有人故意遮挡或扭转，先通知派出所，再到现场。",
            "Look at the picture. If it seems covered or turned on purpose, tell the police station before you go.",
        ),
        "electrician": _NOT_NEEDED,
        "resident": _KNOWN,
    },
    "camera_setup": {
        "maintenance": Text(
            "登录摄像头或录像机检查账号、时间和录像设置；不要反复尝试密码。",
            "Check account, clock and recording in the camera or recorder; do not try passwords again and again.",
        ),
        "electrician": _NOT_NEEDED,
        "resident": _KNOWN,
    },
    "light": {
        "maintenance": Text(
            "到现场确认警示灯；在路口摆放临时警示标志。不要打开灯箱，等电工到场。",
            "Look at the light on site; put up a temporary warning sign. Do not open the lamp, wait for the "
            "electrician.",
        ),
        "electrician": Text(
            "断电后检查灯具、闪光器和接线，测量供电电压。",
            "Isolate, then check lamp, flasher and wiring; measure the supply voltage.",
        ),
        "resident": Text("警示灯有故障，请减速慢行。", "The warning light is faulty: please drive slowly."),
    },
    "site": {
        "maintenance": Text(
            "查看路口是否停电、周围是否有灯；不要打开配电箱，等电工到场。",
            "See whether the junction and its surroundings have power; do not open the cabinet, wait for the "
            "electrician.",
        ),
        "electrician": Text(
            "测量箱内进线电压，检查开关和保护器；有电则检查通信设备。",
            "Measure the supply in the cabinet, check breaker and protection; if it is live, check the modem.",
        ),
        "resident": Text(
            "该路口设备状态暂时未知，请减速慢行。",
            "The devices of this junction are not known for now: drive slowly.",
        ),
    },
    "node": {
        "maintenance": Text(
            "查看节点的运行日志和设备清单；需要时更换存储卡并重新登记。",
            "Look at the node's log and its list of devices; replace its card and register it anew if needed.",
        ),
        "electrician": _NOT_NEEDED,
        "resident": _KNOWN,
    },
    "smoke": {
        "maintenance": Text(
            "冒烟或起火：立即拨打 119。让周围的人离开，不要打开箱门，等电工到场。",
            "Smoke or fire: call 119 at once. Keep people away, open no door, wait for the electrician.",
        ),
        "electrician": Text(
            "无烟无火时断开上级开关并挂牌，验电，检查发热点和探测器接线，测量绝缘；登记“已验明无电、绝缘合格”。",
            "Without smoke or fire: open and tag the upstream breaker, prove it dead, look for hot spots and at the "
            "detector's wire, test the insulation; record “measured dead, insulation tested”.",
        ),
        "resident": Text("请远离此处。冒烟或起火：拨打 119。", "Keep away from here. Smoke or fire: call 119."),
    },
    "cabinet": {
        "maintenance": Text(
            "不要触碰箱体和设备。让周围的人离开，等电工到场。冒烟或起火：拨打 119。",
            "Do not touch the cabinet or the devices. Keep people away and wait for the electrician. "
            "Smoke or fire: call 119.",
        ),
        "electrician": Text(
            "断开上级开关并挂牌，验电确认无电，查明原因，测量绝缘；也检查触点的线路。登记“已验明无电、绝缘合格”后才能解除。",
            "Open and tag the upstream breaker, prove it dead, find the cause, test the insulation; check the "
            "contact's wire as well. Released only after “measured dead, insulation tested” is recorded on site.",
        ),
        "resident": Text(
            "请勿靠近和触碰此处设备。冒烟或起火：拨打 119。",
            "Keep away from the devices here and do not touch them. Smoke or fire: call 119.",
        ),
    },
    "supply": {
        "maintenance": Text(
            "查看周围是否停电；不要打开配电箱、不要合闸，通知电工。",
            "See whether the surroundings are without power; do not open the box or close a breaker, tell the "
            "electrician.",
        ),
        "electrician": Text(
            "测量进线电压；合闸前查明跳闸原因，也检查触点的线路。",
            "Measure the supply; find why it tripped before closing it again, and check the contact's wire.",
        ),
        "resident": _KNOWN,
    },
    "door": {
        "maintenance": Text(
            "到现场查看。若像被撬开，先通知派出所，不要伸手进箱内；完好则关好箱门。",
            "Go and look. If it seems forced, tell the police station first and do not reach inside; else shut it.",
        ),
        "electrician": Text("箱内有带电部分外露时断电处理。", "If live parts are exposed, isolate first."),
        "resident": Text("请勿打开或触碰箱体。", "Do not open or touch the cabinet."),
    },
    "node_computer": {
        "maintenance": Text(
            "查看设备页上的温度、内存和存储曲线。不要打开带电的箱门：清理散热口、更换电源或存储卡前，由电工先断电。",
            "Look at the curves of temperature, memory and card. Do not open a cabinet with live parts: an electrician "
            "isolates it before vents are cleared, or its power supply or card is replaced.",
        ),
        "electrician": Text(
            "需要开箱时先断电并验电。", "Isolate and prove it dead before the cabinet is opened for work."
        ),
        "resident": _KNOWN,
    },
    "card": {
        "maintenance": Text(
            "停用副本；更换存储卡并重新登记该节点。",
            "Take the copy out of use; replace the card and register the node anew.",
        ),
        "electrician": _NOT_NEEDED,
        "resident": _KNOWN,
    },
    "unsteady": {
        "maintenance": Text(
            "查看设备的历史曲线；到现场检查接头、供电和网线有无松动。",
            "Look at the device's history; on site check plugs, supply and cable for a loose contact.",
        ),
        "electrician": Text(
            "如供电不稳，断开上级开关后检查接线端子。",
            "If its supply comes and goes, open the upstream breaker and check the terminals.",
        ),
        "resident": _KNOWN,
    },
    "feeder": {
        "maintenance": Text(
            "不必逐个路口检查；向供电所确认停电，等待恢复供电。",
            "No need to go to each junction: ask the power supply station, and wait until power is back.",
        ),
        "electrician": Text(
            "先向供电所确认，不要自行合闸。", "Ask the power supply station first; close nothing yourself."
        ),
        "resident": Text("可能停电，路口请减速慢行。", "There may be a power cut: drive slowly at junctions."),
    },
    "uplink": {
        "maintenance": Text(
            "看路由器指示灯、流量卡是否欠费；再联系通信运营商。",
            "See the router's lamps and whether the card's data is used up; then ring the network operator.",
        ),
        "electrician": _NOT_NEEDED,
        "resident": _KNOWN,
    },
    "gateway": {
        "maintenance": Text(
            "查看网关主机的指示灯、磁盘和日志；按手册处理。",
            "Look at the gateway's lamps, disk and log, and do as the manual says.",
        ),
        "electrician": Text(
            "如主机无电，检查其插座和空气开关。", "If the box is without power, check its socket and breaker."
        ),
        "resident": _KNOWN,
    },
    "weather": {
        "maintenance": Text("天气好转后再看；不必到现场。", "Look again when the weather is better; no need to go."),
        "electrician": _NOT_NEEDED,
        "resident": _KNOWN,
    },
    "passive": {
        "maintenance": Text("到现场看看，先摆放警示标志。", "Go and look; put up a warning sign first."),
        "electrician": _NOT_NEEDED,
        "resident": Text("请减速慢行。", "Please drive slowly."),
    },
    "patrol": {
        "maintenance": Text("补查一次，扫码并拍照。", "Go round now; scan the code and take a photo."),
        "electrician": _NOT_NEEDED,
        "resident": _KNOWN,
    },
    "device": {"maintenance": _LOOK, "electrician": _WAIT, "resident": _KNOWN},
}
# An electrician may open what others may not.
ACTIONS["device"]["electrician"] = Text(
    "如设备无电，断开上级开关后检查接线。", "If the device is without power, open the breaker and check its wiring."
)
