// Keeps the residents' page true: ages count on, and what changed is read again. Without a stream it asks now and then.
const data = document.body.dataset, words = JSON.parse(data.words);
const REST_MS = 1000, CALM_MS = 5000, ASK_MS = 15000, QUIET_MS = 60000, LOST_MS = 4000, AGAIN_MS = 5000;
const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
// A page that was kept begins at the age it has by now.
let skew = Number(data.now) - Number(data.kept ?? Date.now());
const now = () => Date.now() + skew;
// What lasts is counted until it was last heard of: whether it went on since, nobody knows.
const heard = () => (data.kept ? Number(data.now) : lostAt ? lostAt + skew : now());

// Ages.
function age(at, kind) {
  const s = Math.max(0, Math.floor(((kind === "for" ? heard() : now()) - at) / 1000));
  const [unit, counts] = s < 60 ? ["0", {}] : s < 3600 ? ["m", { m: s / 60 }] : s < 86400 ? ["h", { h: s / 3600, m: (s % 3600) / 60 }] : ["d", { d: s / 86400, h: (s % 86400) / 3600 }];
  return words[`${kind}_${unit}`].replace(/\{(\w)\}/g, (_, name) => Math.floor(counts[name]));
}

function count() {
  for (const time of all("time[data-at]")) {
    const text = age(Number(time.dataset.at), "for" in time.dataset ? "for" : "ago");
    if (time.textContent !== text) time.textContent = text;
  }
}

// Reading again: the page itself, of which only what lives is taken. At once, then not before a rest.
let asking = false, due = 0, askedAt = Date.now(), lostAt = data.kept ? Date.now() : 0;

function refresh(restMs = REST_MS) {
  due = Math.min(due || Infinity, Math.max(Date.now(), askedAt + restMs));
  setTimeout(ask, due - Date.now());
}

async function ask() {
  if (asking || !due || Date.now() < due) return;
  [asking, due, askedAt] = [true, 0, Date.now()];
  try {
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    if (!answer.ok || answer.headers.has("x-vsm-kept")) throw new Error(String(answer.status));
    const sent = Number(answer.headers.get("X-Vsm-Now"));
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (Math.abs(sent - now()) > 2000) skew = sent - Date.now();
    reached();
  } catch {
    lose();
  }
  asking = false;
  if (due) refresh(0);
}

function take(page) {
  const [old, fresh] = [$("now"), page.getElementById("now")];
  if (!fresh) return;
  data.now = page.body.dataset.now;
  if (old.outerHTML !== fresh.outerHTML) {
    const focus = document.activeElement?.closest?.("#now") && (document.activeElement.getAttribute("href") ?? document.activeElement.dataset.watch);
    old.replaceWith(fresh);
    if (focus) all("#now a, #now button").find((one) => (one.getAttribute("href") ?? one.dataset.watch) === focus)?.focus({ preventScroll: true });
    offer();
  }
  count();
  look();
}

// Whether the server is there.
function show(state) {
  const word = words[state];
  $("live").dataset.state = state;
  if ($("live-word").textContent !== word) $("live-word").textContent = word;
}

function reached() {
  lostAt = 0;
  $("offline").hidden = true;
  delete document.body.dataset.lost;
  delete document.body.dataset.kept;
  show(document.querySelector(".r-silent") ? "quiet" : "live");
}

function lose() {
  lostAt ||= Date.now();
  show("lost");
  if (Date.now() - lostAt < LOST_MS || !$("offline").hidden) return;
  const [before, after] = words.offline.split("{age}");
  const time = Object.assign(document.createElement("time"), { textContent: words.ago_0 });
  time.dataset.at = $("now").dataset.newest ?? data.now;
  const line = document.createElement("span");
  line.append(before, time, after);
  $("offline").replaceChildren(line);
  $("offline").hidden = false;
  document.body.dataset.lost = "";
  count();
}

// The stream says that something changed; what, is read.
let source, seq = data.seq, again = AGAIN_MS;

function hear(event) {
  if (event.lastEventId) seq = event.lastEventId;
  const { type, id, state, word, seen } = JSON.parse(event.data);
  if (type !== "device") return refresh(type === "fault" ? CALM_MS : REST_MS);
  for (const socket of all(`[data-socket="${CSS.escape(id)}"]`)) {
    const time = socket.querySelector("time[data-ago]");
    if (socket.dataset.said !== `${state} ${word ?? ""}` || !time) refresh();
    else if (seen) time.dataset.at = Date.parse(seen);
  }
}

function connect() {
  if (!window.EventSource) return;
  source = new EventSource(`/api/v1/events?after=${seq}`);
  source.onopen = () => {
    again = AGAIN_MS;
    if (lostAt) refresh(0);
    else reached();
  };
  source.onerror = () => {
    refresh(AGAIN_MS);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(connect, again);
    again = Math.min(again * 2, QUIET_MS);
  };
  for (const kind of ["device", "fault", "window", "reset"]) source.addEventListener(kind, hear);
}

setInterval(() => {
  count();
  const open = source?.readyState === 1, turns = Number($("now").dataset.turns);
  if (turns && now() >= turns) { delete $("now").dataset.turns; refresh(); }
  if (Date.now() - askedAt > (open && !lostAt ? QUIET_MS : lostAt ? LOST_MS : ASK_MS)) refresh(0);
}, 1000);

// "Tell me once when free": known to this page alone, and gone with it.
let watched = null, sound = null, awake = null, title = document.title;

function offer() {
  for (const button of all("[data-watch]")) {
    const on = watched === button.dataset.watch;
    button.hidden = !on && Number(button.dataset.free) > 0;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? words.watching : words.watch;
  }
}

function look() {
  const button = watched && all("[data-watch]").find((one) => one.dataset.watch === watched);
  if (button && Number(button.dataset.free) > 0) hit(button.dataset.what);
}

function hit(what) {
  const text = words.hit.replace("{what}", what);
  stop();
  $("hit").textContent = text;
  $("hit").hidden = false;
  document.title = `★ ${text}`;
  navigator.vibrate?.([400, 200, 400]);
  ring();
  notify(text);
}

function stop() {
  watched = null;
  awake?.release();
  awake = null;
  offer();
}

function ring() {
  if (!sound) return;
  for (const [at, hertz] of [[0, 880], [0.25, 1175], [0.5, 1568]]) {
    const tone = sound.createOscillator(), loud = sound.createGain();
    tone.frequency.value = hertz;
    loud.gain.setValueAtTime(0.3, sound.currentTime + at);
    loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + at + 0.24);
    tone.connect(loud).connect(sound.destination);
    tone.start(sound.currentTime + at);
    tone.stop(sound.currentTime + at + 0.25);
  }
}

// On plain http, and where it was not allowed, there is none: the page itself says it then.
async function notify(text) {
  if (!window.isSecureContext || !window.Notification || Notification.permission !== "granted") return;
  const ready = await navigator.serviceWorker?.ready;
  if (ready) ready.showNotification(text, { tag: "free" }).catch(() => {});
  else new Notification(text, { tag: "free" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-watch]");
  if (!button) return;
  if (watched === button.dataset.watch) return stop();
  watched = button.dataset.watch;
  $("hit").hidden = true;
  document.title = title;
  // A browser lets a page sound only from a press.
  const Sound = window.AudioContext ?? window.webkitAudioContext;
  sound ??= Sound ? new Sound() : null;
  sound?.resume();
  if (window.isSecureContext && window.Notification?.permission === "default") Notification.requestPermission();
  navigator.wakeLock?.request("screen").then((lock) => (awake = lock)).catch(() => {});
  offer();
  refresh(0);
});
addEventListener("focus", () => { if ($("hit").hidden) document.title = title; });

// Read aloud.
const voice = window.speechSynthesis, reader = $("read");

function hush() {
  reader.setAttribute("aria-pressed", "false");
  reader.textContent = words.read;
}

function voiced() {
  const lang = document.documentElement.lang.slice(0, 2);
  reader.hidden = !voice?.getVoices().some((one) => one.lang.toLowerCase().startsWith(lang));
}

if (voice && window.SpeechSynthesisUtterance) {
  voiced();
  voice.addEventListener?.("voiceschanged", voiced);
  reader.addEventListener("click", () => {
    const reading = reader.getAttribute("aria-pressed") === "true";
    voice.cancel();
    hush();
    if (reading) return;
    reader.setAttribute("aria-pressed", "true");
    reader.textContent = words.hush;
    const lines = all("[data-say]").map((one) => one.innerText.replace(/\s+/g, " "));
    lines.forEach((line, index) => {
      const said = Object.assign(new SpeechSynthesisUtterance(line), { lang: document.documentElement.lang, rate: 0.9 });
      if (index === lines.length - 1) said.onend = hush;
      voice.speak(said);
    });
  });
}

addEventListener("pagehide", () => { source?.close(); voice?.cancel(); });
addEventListener("pageshow", (event) => { if (event.persisted) { connect(); refresh(0); } });
addEventListener("offline", () => refresh(0));
addEventListener("online", () => refresh(0));
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
if (window.isSecureContext && navigator.serviceWorker) {
  // What is there when the worker begins is asked for once more, so that it is kept.
  const { serviceWorker: worker } = navigator;
  worker.register(data.worker).then(() => worker.ready).then(({ active }) => active?.postMessage("keep")).catch(() => {});
  worker.addEventListener("controllerchange", () => worker.controller?.postMessage("keep"));
}
if (data.kept) show("lost");
offer();
count();
connect();
