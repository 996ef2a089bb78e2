"""What to do first where people may be hurt. Who is no electrician keeps people away; smoke or fire: 119."""

from gateway.faults.catalogue.texts import Role, Text

DANGER: dict[str, dict[Role, Text]] = {
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
        "charging_operator": Text(
            "不要远程复位、解锁或启用，等现场登记“已验明无电、绝缘合格”；通知正在充电的车主不要靠近。",
            "Do not reset, unlock or enable it from afar until “measured dead, insulation tested” is recorded on "
            "site; tell a driver who is charging to keep away.",
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
        "charging_operator": Text(
            "停止该桩充电，不要远程复位或启用；通知正在充电的车主不要靠近。冒烟或起火：拨打 119。",
            "Stop charging there, do not reset or enable it from afar; tell a driver who is charging to keep away. "
            "Smoke or fire: call 119.",
        ),
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
}
