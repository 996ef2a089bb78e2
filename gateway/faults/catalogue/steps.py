"""What to do first, by kind of trouble and role: what the trouble asks of a role, else what it always does.

Who is not an electrician is never told to touch or measure anything live; where fire is possible, 119 comes first.
"""

from gateway.faults.catalogue.steps_computers import COMPUTERS
from gateway.faults.catalogue.steps_danger import DANGER
from gateway.faults.catalogue.steps_devices import DEVICES
from gateway.faults.catalogue.steps_sites import SITES
from gateway.faults.catalogue.texts import Role, Text

# What a role reads where nobody is in danger.
CALM: dict[Role, Text] = {
    "electrician": Text("暂不需要电工。", "No electrician needed for now."),
    "resident": Text("由维修人员处理，您无需操作。", "Maintenance staff deal with it; there is nothing for you to do."),
    "charging_operator": Text("暂不需要充电运营商。", "No charging operator needed for now."),
    "police": Text("暂不需要出警。", "No police needed for now."),
    "traffic_police": Text("暂不需要交警。", "No traffic police needed for now."),
    "fire_squad": Text("暂不需要出动。若见冒烟或起火：拨打 119。", "No need to go for now. Smoke or fire: call 119."),
    "power_supply": Text("暂不需要供电所。", "The power supply station is not needed for now."),
    "network_operator": Text("暂不需要通信运营商。", "The network operator is not needed for now."),
    "village_committee": Text(
        "由负责单位处理，知悉即可。", "The department named here deals with it; this is for you to know."
    ),
    "grid_officer": Text(
        "路过时看一看，不要打开箱门；把看到的告诉维修人员。",
        "Look as you pass, open no door; tell maintenance what you see.",
    ),
    "duty_phone": Text("记下来电，转告负责单位。", "Note who rings, and pass it on to the department named here."),
}
# And where people may be hurt.
GRAVE: dict[Role, Text] = {
    **CALM,
    "police": Text(
        "让围观的人离开，不要触碰设备。冒烟或起火：拨打 119。",
        "Send onlookers away, do not touch the devices. Smoke or fire: call 119.",
    ),
    "traffic_police": Text(
        "给消防车和抢修车让出通道；不要触碰设备。冒烟或起火：拨打 119。",
        "Keep the way open for the fire engine and for repair; do not touch the devices. Smoke or fire: call 119.",
    ),
    "fire_squad": Text(
        "立即到场拉警戒线，让人离开。电工断电前不要用水，不要触碰设备。冒烟或起火：拨打 119。",
        "Go at once, cordon it off, keep people away. No water, no touching before an electrician has cut the power. "
        "Smoke or fire: call 119.",
    ),
    "power_supply": Text(
        "待命：电工要求时切断上级电源；电工同意后才能恢复。",
        "Stand by to cut the supply upstream when the electrician asks; put it back only when the electrician agrees.",
    ),
    "charging_operator": Text(
        "不要远程复位、解锁或启用此处的充电桩，等电工到现场登记。",
        "Do not reset, unlock or enable a charger here from afar until the electrician has recorded it on site.",
    ),
    "village_committee": Text(
        "派人在安全处看守，让人离开，等消防和电工到场。冒烟或起火：拨打 119。",
        "Post somebody at a safe distance, keep people away until fire squad and electrician are there. "
        "Smoke or fire: call 119.",
    ),
    "grid_officer": Text(
        "到现场在安全处守着，让人离开，不要触碰。冒烟或起火：拨打 119。",
        "Go and stand at a safe distance, keep people away, do not touch it. Smoke or fire: call 119.",
    ),
    "duty_phone": Text(
        "冒烟或起火：先拨打 119。马上打电话叫电工和微型消防站。",
        "Smoke or fire: call 119 first. Ring the electrician and the fire squad at once.",
    ),
}

STEPS: dict[str, dict[Role, Text]] = {
    **{trouble: GRAVE | own for trouble, own in DANGER.items()},
    **{trouble: CALM | own for trouble, own in (DEVICES | SITES | COMPUTERS).items()},
}
