"""What to do first about a place, its supply and its line, and about what has no wire."""

from gateway.faults.catalogue.texts import Role, Text

SITES: dict[str, dict[Role, Text]] = {
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
        "grid_officer": Text(
            "看看路口周围有没有电，不要打开箱门；告诉电工。",
            "See whether there is power around the junction, open no door; tell the electrician.",
        ),
        "power_supply": Text(
            "查看该处有没有停电，告知预计恢复时间。",
            "See whether there is a power cut there, and say when it will be over.",
        ),
        "network_operator": Text(
            "电工确认有电后，检查该处的线路。", "Once the electrician has found it live, check the line to that place."
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
        "power_supply": Text(
            "查看该处有没有停电，告知预计恢复时间。",
            "See whether there is a power cut there, and say when it will be over.",
        ),
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
        "power_supply": Text(
            "查看该台区是否停电，告知预计恢复时间。",
            "See whether this feeder is dead, and say when power will be back.",
        ),
        "village_committee": Text(
            "告诉村民可能停电，路口警示灯可能不亮。",
            "Tell the village that there may be a power cut and that warning lights may be dark.",
        ),
        "traffic_police": Text(
            "停电路口的警示灯可能不亮，查看是否需要有人指挥。",
            "Warning lights may be dark there: see whether somebody must direct the traffic.",
        ),
    },
    "uplink": {
        "maintenance": Text(
            "看路由器指示灯、流量卡是否欠费；再联系通信运营商。",
            "See the router's lamps and whether the card's data is used up; then ring the network operator.",
        ),
        "network_operator": Text("检查这条线路，告知预计恢复时间。", "Check this line, and say when it will be back."),
    },
    "weather": {
        "maintenance": Text("天气好转后再看；不必到现场。", "Look again when the weather is better; no need to go."),
    },
    "passive": {
        "maintenance": Text("到现场看看，先摆放警示标志。", "Go and look; put up a warning sign first."),
        "resident": Text("请减速慢行。", "Please drive slowly."),
        "village_committee": Text(
            "派人到现场查看，先摆放警示标志，再修理或更换。",
            "Send somebody to look; put up a warning sign first, then repair or replace it.",
        ),
        "grid_officer": Text("到现场拍照，告诉村委会。", "Take a photo on site and tell the village committee."),
    },
    "patrol": {
        "maintenance": Text("补查一次，扫码并拍照。", "Go round now; scan the code and take a photo."),
        "village_committee": Text(
            "安排人补查一次，扫码并拍照。", "Send somebody round now, to scan the codes and take photos."
        ),
        "grid_officer": Text("补查一次，扫码并拍照。", "Go round now; scan the codes and take photos."),
    },
}
