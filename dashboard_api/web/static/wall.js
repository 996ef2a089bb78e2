// The wall's clock, in the village's time by the gateway's; and a screen that does not go to sleep.
const clock = document.getElementById("clock"), day = document.getElementById("day");
const zone = { timeZone: "Asia/Shanghai" }, lang = clock.dataset.lang;
const hours = new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat(lang, { ...zone, month: "long", day: "numeric", weekday: "short" });
let skew = Number(document.body.dataset.now) - Date.now();

function tick() {
  const now = new Date(Date.now() + skew);
  for (const [at, text] of [[clock, hours.format(now)], [day, days.format(now)]]) {
    if (at.textContent !== text) at.textContent = text;
  }
}

// Each part says when it was made; one that was kept for a moment does not set the clock back.
document.addEventListener("htmx:afterSwap", () => {
  const made = Number(document.getElementById("wall-now")?.dataset.at);
  if (made && Math.abs(made - Date.now() - skew) > 10_000) skew = made - Date.now();
  tick();
});

async function stayAwake() {
  if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen").catch(() => {});
}
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
tick();
setInterval(tick, 1000);
