// Keeps the page true: ages count on, one event stream says what changed, and only what changed is fetched again.
const data = document.body.dataset;
const words = JSON.parse(data.words);
const REST_MS = 1000, QUIET_MS = 15000, LOST_MS = 4000, AGAIN_MS = 5000;
const STEPS = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]];
// A page that a worker kept begins at the age it has by now; nothing is asked for it but a new page.
let skew = Number(data.now) - Number(data.kept ?? Date.now());
const now = () => Date.now() + skew;
// What lasts is counted until it was last heard of: whether it went on since, nobody knows.
const heard = () => (data.kept ? Number(data.now) : lostAt ? lostAt + skew : now());

function age(at, kind) {
  const seconds = ((kind === "for" ? heard() : now()) - at) / 1000;
  if (kind === "ago" && seconds < 5) return words.now;
  const whole = Math.max(1, Math.floor(seconds));
  const [size, unit] = STEPS.find(([step]) => whole >= step);
  return words[`${kind}_${unit}`].replace("{n}", Math.floor(whole / size));
}

function count() {
  for (const time of document.querySelectorAll("time[data-at]")) {
    const text = age(Number(time.dataset.at), "for" in time.dataset ? "for" : "ago");
    if (time.textContent !== text) time.textContent = text;
  }
}

// Refreshing: at once, then at most once a second; what comes in between is not forgotten. A part says in `data-on` what
// it shows: `fault` and `device` for all of them, `fault:F-2026-0001` or `device:cam-01` for one. What shows a device's
// state alone, not its age, says `data-still`.
const due = new Set();
let resting = false, holdUntil = 0, touchedAt = 0;

function refresh(kind, id) {
  for (const part of document.querySelectorAll("[data-on]")) {
    const on = part.dataset.on.split(" ");
    if (!kind || on.includes(kind) || on.includes(`${kind}:${id}`)) due.add(part.id);
  }
  if (!resting) flush();
}

// Nothing moves under a finger, and an answer stays long enough to be read.
const held = (part) => Date.now() < touchedAt + 800 || (part && "hold" in part.dataset && Date.now() < holdUntil);

function flush() {
  const ready = [...due].filter((id) => !held(document.getElementById(id)));
  resting = due.size > 0;
  for (const id of ready) {
    due.delete(id);
    if (document.getElementById(id)) window.htmx.trigger(`#${CSS.escape(id)}`, "refresh");
  }
  if (resting) setTimeout(flush, REST_MS);
}

// What somebody just sent has an answer on the page: leave it there long enough to be read.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const sent = detail.xhr.getResponseHeader("Date");
  const ours = Date.now();
  if (sent && Math.abs(Date.parse(sent) - now()) > 2000) skew = Date.parse(sent) - ours;
  if (detail.requestConfig.verb === "post") holdUntil = ours + (detail.xhr.status < 300 ? 5000 : 20000);
});

// The stream.
const lamp = document.getElementById("live"), lampWord = document.getElementById("live-word");
const offline = document.getElementById("offline");
let source, seq = data.seq, heardAt = Date.now(), lostAt = 0;

function glow() {
  const state = lostAt ? "lost" : document.querySelector("[data-on] .stale") ? "quiet" : "live";
  lamp.dataset.state = state;
  if (lampWord.textContent !== data[state]) lampWord.textContent = data[state];
}

function live(up) {
  if (up) {
    offline.hidden = true;
    if (lostAt) refresh();
    lostAt = 0;
  } else if (!lostAt) lostAt = Date.now();
  glow();
}

function sayOffline() {
  if (!lostAt || Date.now() - lostAt < LOST_MS || !offline.hidden) return;
  const at = document.querySelector("time[data-newest]")?.dataset.at;
  const [before, after] = data.offline.split("{age}");
  const time = Object.assign(document.createElement("time"), { textContent: words.never });
  if (at) time.dataset.at = at;
  offline.replaceChildren(before, time, after);
  offline.hidden = false;
  count();
}

function newest(at) {
  const time = document.querySelector("time[data-newest]");
  if (time && at > Number(time.dataset.at ?? 0)) time.dataset.at = at;
}

function device({ id, state, word, seen }) {
  let changed = false;
  const at = seen && Date.parse(seen);
  for (const shown of document.querySelectorAll(`[data-device="${CSS.escape(id)}"]`)) {
    changed ||= shown.dataset.state !== state || shown.dataset.word !== (word ?? "");
    const time = shown.querySelector("time[data-ago]");
    if (time && at) time.dataset.at = at;
    else if (at && !("still" in shown.dataset)) changed = true;
  }
  if (at) newest(at);
  if (changed) refresh("device", id);
}

// Maintenance begins and ends by the clock alone: nobody says so.
function turn() {
  const part = document.querySelector("[data-turns]");
  if (!(part && now() >= Number(part.dataset.turns))) return;
  delete part.dataset.turns;
  refresh();
}

function hear(event) {
  heardAt = Date.now();
  if (event.lastEventId) seq = event.lastEventId;
  return JSON.parse(event.data);
}

function connect() {
  source = new EventSource(`/api/v1/events?after=${seq}`);
  source.onopen = () => live(true);
  source.onerror = () => {
    live(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN_MS);
  };
  source.addEventListener("device", (event) => device(hear(event)));
  source.addEventListener("fault", (event) => refresh("fault", hear(event).id));
  source.addEventListener("command", (event) => refresh("command", hear(event).id));
  source.addEventListener("window", (event) => { hear(event); refresh(); });
  source.addEventListener("reset", (event) => { hear(event); refresh(); });
}

setInterval(() => {
  count();
  if (data.kept) return;
  sayOffline();
  turn();
  if (Date.now() - heardAt > QUIET_MS) {
    // Quiet, or cut off without a word: ask.
    heardAt = Date.now();
    refresh();
  }
}, 1000);
document.addEventListener("htmx:sendError", () => live(false));
document.addEventListener("htmx:afterSwap", () => { count(); if (lamp.dataset.state !== "plain") glow(); });
document.addEventListener("pointerdown", () => { touchedAt = Date.now(); });
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
if (data.kept) {
  count();
  Object.assign(lamp.dataset, { state: "lost" });
  lampWord.textContent = data.lost;
  addEventListener("online", () => location.reload());
  setInterval(() => fetch("/static/icon.svg", { cache: "no-store" }).then(() => location.reload(), () => {}), QUIET_MS);
} else connect();
