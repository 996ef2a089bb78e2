// Only so that phones show a notice: no page goes through it, and it keeps nothing.
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => (open[0] ? open[0].focus() : clients.openWindow("/"))));
});
