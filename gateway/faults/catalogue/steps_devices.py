"""What to do first about a device of a junction."""

from gateway.faults.catalogue.texts import Role, Text

_LOOK = Text("请到现场查看；不要打开带电的箱门。", "Go and look; do not open a cabinet with live parts.")
_OTHER_PILE = Text("请使用其他充电桩。", "Please use another charger.")
DEVICES: dict[str, dict[Role, Text]] = {
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
        "charging_operator": Text(
            "登录后台查看错误码；能远程恢复就恢复，否则派人到现场。",
            "Look the error up in your own system; restore it from afar if that is safe, else send somebody.",
        ),
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
        "charging_operator": Text(
            "先问电工供电是否正常，再派人检查充电桩。",
            "Ask the electrician whether the supply is well before you send somebody to the charger.",
        ),
        "power_supply": Text(
            "查看该处是否停电或电压异常，告知预计恢复时间。",
            "See whether there is a power cut or a wrong voltage there, and say when it will be over.",
        ),
    },
    "pile_link": {
        "maintenance": Text(
            "查看充电桩是否通电、网络灯是否亮；再联系充电运营商。",
            "See whether the charger has power and its network lamp is lit; then ring the charging operator.",
        ),
        "electrician": Text("如充电桩无电，测量其进线。", "If the charger is without power, measure its supply."),
        "resident": Text("状态未知，请到现场查看或用其他桩。", "Its state is not known; look on site or use another."),
        "charging_operator": Text(
            "检查充电桩的流量卡和后台连接；必要时派人到现场。",
            "Check the charger's data card and its connection to your system; send somebody if need be.",
        ),
    },
    "camera_reach": {
        "maintenance": Text(
            "先看同一路口的其他设备是否正常，再检查摄像头的网线和供电指示灯。",
            "See whether the other devices of the junction work, then check the camera's cable and power lamp.",
        ),
        "electrician": Text("如指示灯不亮，测量摄像头的供电。", "If its lamp is dark, measure the camera's supply."),
    },
    "camera_picture": {
        "maintenance": Text(
            "打开画面与参考图对比；到现场查看镜头、支架和遮挡物。",
            "Compare the picture with its reference; look at the lens, the bracket and what stands before it.",
        ),
    },
    "camera_view": {
        "maintenance": Text(
            "查看画面。如像是有人故意遮挡或扭转，先通知派出所，再到现场。",
            "Look at the picture. If it seems covered or turned on purpose, tell the police station before you go.",
        ),
        "police": Text(
            "调看被遮挡或转动之前的录像；到现场查看是否人为，拍照取证。",
            "Look at the recording of the minutes before; go and see whether it was done on purpose, take photos.",
        ),
        "grid_officer": Text(
            "到现场看是什么挡住了镜头；是车辆就请车主挪开。不要攀爬。拍照告诉派出所和维修人员。",
            "Go and see what is before the lens; ask a driver to move on. Do not climb. "
            "Send police and maintenance a photo.",
        ),
    },
    "camera_setup": {
        "maintenance": Text(
            "登录摄像头或录像机检查账号、时间和录像设置；不要反复尝试密码。",
            "Check account, clock and recording in the camera or recorder; do not try passwords again and again.",
        ),
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
        "traffic_police": Text(
            "查看路口是否需要有人指挥；摆放临时警示标志。",
            "See whether somebody must direct the traffic; put up a temporary warning sign.",
        ),
        "grid_officer": Text(
            "在路口摆放临时警示标志；不要打开灯箱。",
            "Put up a temporary warning sign at the junction; do not open the lamp.",
        ),
    },
    "door": {
        "maintenance": Text(
            "到现场查看。若像被撬开，先通知派出所，不要伸手进箱内；完好则关好箱门。",
            "Go and look. If it seems forced, tell the police station first and do not reach inside; else shut it.",
        ),
        "electrician": Text("箱内有带电部分外露时断电处理。", "If live parts are exposed, isolate first."),
        "resident": Text("请勿打开或触碰箱体。", "Do not open or touch the cabinet."),
        "police": Text(
            "箱门若被撬：到现场拍照取证，不要伸手进箱内。",
            "If the door was forced: go and take photos, do not reach inside.",
        ),
        "grid_officer": Text(
            "到现场看看箱门；不要伸手进箱内。若像被撬开，告诉派出所。",
            "Go and look at the door; do not reach inside. If it seems forced, tell the police.",
        ),
    },
    "device": {
        "maintenance": _LOOK,
        "electrician": Text(
            "如设备无电，断开上级开关后检查接线。",
            "If the device is without power, open the breaker and check its wiring.",
        ),
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
    },
}
