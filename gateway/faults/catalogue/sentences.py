"""What is wrong, one sentence a fault code, in both languages."""

from gateway.faults.catalogue.texts import Text

CAMERA: dict[str, Text] = {
    "unreachable": Text("{name}连接不上", "{name} cannot be reached"),
    "stalled": Text("{name}已连接但没有画面数据", "{name} is connected but sends no video"),
    "frozen": Text("{name}画面静止不动", "{name} shows a frozen picture"),
    "black": Text("{name}画面全黑", "{name} shows a black picture"),
    "over_exposed": Text("{name}画面过曝，看不清", "{name} is over-exposed"),
    "occluded": Text("{name}镜头被遮挡", "{name} is covered"),
    "view_lost": Text("{name}画面与原来的场景对不上", "{name} no longer shows its scene"),
    "busy": Text("{name}连接数已满，无法检查", "{name} has too many viewers to be checked"),
    "wrong_password": Text("{name}拒绝登录：密码不对", "{name} refuses the login: wrong password"),
    "blur": Text("{name}画面模糊", "{name} is blurred"),
    "moved": Text("{name}视角被移动", "{name} has been turned"),
    "noise": Text("{name}画面噪点过多", "{name} has a noisy picture"),
    "snow": Text("{name}画面有雪花", "{name} has snow in its picture"),
    "cast": Text("{name}画面偏色", "{name} has a colour cast"),
    "stripes": Text("{name}画面有条纹", "{name} has stripes in its picture"),
    "flicker": Text("{name}画面闪烁", "{name} has a flickering picture"),
    "not_recorded": Text("{name}的录像缺失", "{name} was not recorded"),
    "clock_off": Text("{name}的时钟偏差超过 1 分钟", "{name} has a clock that is more than a minute off"),
}

WARNING_LIGHT: dict[str, Text] = {
    "dark": Text("{name}不亮", "{name} is dark"),
    "stuck_on": Text("{name}常亮不闪", "{name} is lit but does not flash"),
    "flash_rate": Text("{name}闪烁频率不对", "{name} flashes at a wrong rate"),
}

CHARGE_POINT: dict[str, Text] = {
    "GroundFailure": Text("{name}漏电（接地故障）", "{name} reports an earth fault"),
    "OverCurrentFailure": Text("{name}过电流", "{name} reports over-current"),
    "PowerSwitchFailure": Text(
        "{name}接触器故障，插座可能带电", "{name} has a failed contactor; its socket may be live"
    ),
    "EmergencyStop": Text("{name}的急停按钮被按下", "{name} was stopped by its emergency button"),
    "GroundFault": Text("{name}因漏电停止充电", "{name} stopped charging on an earth fault"),
    "OvercurrentFault": Text("{name}因过电流停止充电", "{name} stopped charging on over-current"),
    "FaultedHighTemperature": Text("{name}过热并已停止工作", "{name} is too hot and has stopped"),
    "residual_current": Text("{name}漏电电流超限", "{name} leaks more current than is allowed"),
    "over_temperature": Text("{name}温度超限", "{name} is hotter than is allowed"),
    "pile_smoke": Text("{name}报告有烟雾", "{name} reports smoke"),
    "pile_water": Text("{name}报告进水", "{name} reports water inside"),
    "tilt": Text("{name}倾斜或被撞倒", "{name} leans or was knocked over"),
    "Faulted": Text("{name}故障停用", "{name} is out of order"),
    "HighTemperature": Text("{name}温度高，已降低功率", "{name} is hot and has reduced its power"),
    "OverVoltage": Text("{name}电压过高", "{name} reports over-voltage"),
    "InternalError": Text("{name}内部错误", "{name} reports an internal error"),
    "ConnectorLockFailure": Text("{name}枪锁故障", "{name} cannot lock or release its connector"),
    "PowerMeterFailure": Text("{name}电表故障", "{name} has a failed power meter"),
    "ResetFailure": Text("{name}重启失败", "{name} failed to reset"),
    "OtherError": Text("{name}报告其他错误", "{name} reports an unspecified error"),
    "PowerLoss": Text("{name}失去供电", "{name} has lost its supply"),
    "UnderVoltage": Text("{name}电压过低", "{name} reports under-voltage"),
    "WeakSignal": Text("{name}通信信号弱", "{name} has a weak radio signal"),
    "ReaderFailure": Text("{name}读卡器故障", "{name} has a failed card reader"),
    "EVCommunicationError": Text("{name}与车辆通信失败", "{name} cannot talk to the vehicle"),
    "LocalListConflict": Text("{name}的本地名单冲突", "{name} has a conflict in its local list"),
    "unrecognised": Text("{name}报告了不认识的错误码", "{name} reports an error that no standard knows"),
    "offline": Text("{name}离线", "{name} is offline"),
}

# A two-wire loop cannot tell an alarm from a cut wire, so each of these says both.
CONTACT: dict[str, Text] = {
    "smoke": Text("{name}报烟雾，或线路断开", "{name} reports smoke, or its wire is broken"),
    "rcd_tripped": Text(
        "{name}显示漏电保护器跳闸，或线路断开", "{name} says that the RCD has tripped, or its wire is broken"
    ),
    "emergency_stop": Text(
        "{name}显示急停按钮被按下，或线路断开",
        "{name} says that the emergency stop was pressed, or its wire is broken",
    ),
    "water": Text("{name}报进水，或线路断开", "{name} reports water, or its wire is broken"),
    "breaker_tripped": Text(
        "{name}显示断路器跳闸，或线路断开", "{name} says that the breaker has tripped, or its wire is broken"
    ),
    "mains_lost": Text("{name}显示市电中断，或线路断开", "{name} says that the mains is lost, or its wire is broken"),
    "door_open": Text("{name}显示箱门打开，或线路断开", "{name} says that the door is open, or its wire is broken"),
}

NODE: dict[str, Text] = {
    "node_hot": Text("{name}的处理器过热", "{name} has a processor that is too hot"),
    "supply_low": Text("{name}的供电电压过低", "{name} has too low a supply voltage"),
    "disk_full": Text(
        "{name}的存储卡快满了，断线时会丢数据", "{name} has too little room on its card to bridge an outage"
    ),
    "memory_low": Text("{name}的内存快用完了", "{name} is running out of memory"),
}

COMMON: dict[str, Text] = {
    "driver_error": Text("{name}无法检查：节点程序出错", "{name} cannot be checked: the node's program failed"),
    "silent": Text("{name}长时间没有消息", "{name} has not been heard of for a long time"),
    "flapping": Text("{name}状态反复变化，很不稳定", "{name} keeps changing its state"),
    "intermittent": Text("{name}反复出现同一故障，时好时坏", "{name} has the same fault again and again"),
    "unknown_device": Text("{name}报告了清单里没有的设备", "{name} reports a device that the inventory does not have"),
    "node_storage_replaced": Text("{name}更换了存储卡", "{name} has a new storage card"),
    "card_damaged_or_cloned": Text(
        "{name}的存储卡损坏或被复制，部分记录已搁置",
        "{name} has a damaged or cloned storage card; some of its records were set aside",
    ),
    "duplicate_node_identity": Text(
        "有两台设备同时自称是{name}",
        "Two computers say by turns that they are {name}: one has a copy of its card or key",
    ),
}

CAUSE: dict[str, Text] = {
    "site_dark": Text("{name}全部失联：停电或通信中断", "{name} is silent as a whole: power or link"),
    "mains_loss": Text("{name}报告市电中断", "{name} reports that its mains is lost"),
    "feeder_down": Text(
        "{name}像是停电：多个路口同时失联",
        "{name} seems to be without power: several of its junctions fell silent at once",
    ),
    "uplink_down": Text(
        "{name}通信中断，设备可能仍在运行", "{name}: the line is down; the devices may still be running"
    ),
    "gateway_down": Text("{name}曾停机，这段时间没有人在监看", "{name} was away; nobody was watching during that time"),
    "weather": Text(
        "{name}多路摄像头因天气看不清", "{name}: the weather blinds many cameras at once; they are not broken"
    ),
    "sabotage": Text(
        "{name}的多个摄像头先后被遮挡或转动，可能是人为",
        "{name}: several cameras were covered or turned shortly one after the other, perhaps on purpose",
    ),
}

GATEWAY: dict[str, Text] = {
    "broker_away": Text(
        "{name}连不上消息服务器，收不到任何设备的消息", "{name} cannot reach its broker and hears no device"
    ),
    "telemetry_backlog": Text(
        "{name}的曲线数据积压，写不进时序数据库", "{name} cannot hand its measurements on; they are piling up"
    ),
    "store_full": Text(
        "{name}的磁盘即将写满，写满后收不到新故障", "{name} has almost no disk left; once full it can record no fault"
    ),
    "gateway_disk_full": Text("{name}的磁盘快满了", "{name} is running out of disk"),
    "gateway_clock_off": Text("{name}的时钟不准或未同步", "{name} has a clock that is wrong or not synchronised"),
    "certificate_ends": Text("{name}的证书即将到期", "{name} has a certificate that ends soon"),
    "backup_old": Text("{name}超过两天没有备份", "{name} has had no backup for more than two days"),
    "channel_dead": Text("{name}发不出通知", "{name} delivers no messages"),
}

PASSIVE: dict[str, Text] = {
    "broken": Text("{name}损坏", "{name} is broken"),
    "patrol_missed": Text("{name}的巡查没有按时完成", "{name} was not looked at on a patrol round"),
}

SENTENCES: dict[str, Text] = CAMERA | WARNING_LIGHT | CHARGE_POINT | CONTACT | NODE | COMMON | CAUSE | GATEWAY | PASSIVE
