"""What to do first about the computers that watch: nodes and the gateway."""

from gateway.faults.catalogue.texts import Role, Text

COMPUTERS: dict[str, dict[Role, Text]] = {
    "node": {
        "maintenance": Text(
            "查看节点的运行日志和设备清单；需要时更换存储卡并重新登记。",
            "Look at the node's log and its list of devices; replace its card and register it anew if needed.",
        ),
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
    },
    "card": {
        "maintenance": Text(
            "停用副本；更换存储卡并重新登记该节点。",
            "Take the copy out of use; replace the card and register the node anew.",
        ),
    },
    "gateway": {
        "maintenance": Text(
            "查看网关主机的指示灯、磁盘和日志；按手册处理。",
            "Look at the gateway's lamps, disk and log, and do as the manual says.",
        ),
        "electrician": Text(
            "如主机无电，检查其插座和空气开关。", "If the box is without power, check its socket and breaker."
        ),
        "village_committee": Text(
            "网关不正常时可能收不到报警：请网格员多走一趟。",
            "While the gateway is not well, alarms may not come: ask the grid officers for one more round.",
        ),
        "grid_officer": Text(
            "报警可能收不到：请多走一趟，看看路口和充电桩。",
            "Alarms may not come: walk one more round past junctions and chargers.",
        ),
    },
}
