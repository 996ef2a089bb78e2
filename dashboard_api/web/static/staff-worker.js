// Keeps the list of work and the faults somebody looked at, for a cellar or a hill without a line: to read, with the age.
// Nothing of it outlives the sign-in: an answer that says 401 ends it, so does signing out, and so does somebody else.
const KEPT = "vsm-staff-2", FILES = "vsm-staff-files-2", PAGES = /^\/staff(\/faults\/[^/]+)?$/, MOST = 40, MOST_FILES = 60, WAIT_MS = 8000, FRESH_MS = 60000, HOURS = 12;
const at = "x-vsm-kept", whose = "x-vsm-whose";
let ended = 0;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clean().then(() => clients.claim())));

// What an older version of this worker kept.
async function clean() {
  for (const name of await caches.keys()) if (name.startsWith("vsm-staff-") && name !== KEPT && name !== FILES) await caches.delete(name);
}

// A page that was open before this worker was.
addEventListener("message", (event) => {
  const url = new URL(event.source?.url ?? "about:blank");
  if (event.data === "keep" && PAGES.test(url.pathname)) event.waitUntil(begin(url).catch(() => {}));
});

async function begin(url) {
  const kept = await (await caches.open(KEPT)).match(place(url));
  if (!kept || Date.now() - Number(kept.headers.get(at)) > FRESH_MS) await page(new Request(url), place(url));
}

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && PAGES.test(url.pathname)) event.respondWith(page(request, place(url)));
  else if (url.pathname.startsWith("/static/") && url.search.startsWith("?v=")) event.respondWith(asset(request));
});

// How somebody likes to read is no other page.
function place(url) {
  const bare = new URL(url);
  for (const name of ["lang", "size"]) bare.searchParams.delete(name);
  return bare.pathname + bare.search;
}

async function page(request, path) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout?.(WAIT_MS) });
    if (answer.status === 401 || answer.redirected) await forget();
    else if (answer.ok) void keep(path, answer.clone()).catch(() => {});
    return answer.status < 500 ? answer : ((await last(path)) ?? answer);
  } catch (error) {
    const kept = await last(path);
    if (kept) return kept;
    throw error;
  }
}

async function forget() {
  ended += 1;
  await caches.delete(KEPT);
}

async function keep(path, copy) {
  const before = ended, html = await copy.text(), who = /data-person="([^"]*)"/.exec(html)?.[1] ?? "";
  const [first] = await caches.open(KEPT).then((cache) => cache.matchAll());
  if (first && first.headers.get(whose) !== who) await caches.delete(KEPT);
  if (before !== ended) return;
  const cache = await caches.open(KEPT);
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", [at]: String(Date.now()), [whose]: who, "content-security-policy": copy.headers.get("content-security-policy") ?? "" };
  await cache.put(path, new Response(html, { headers }));
  for (const [, file] of html.matchAll(/"(\/static\/[^"]+\?v=\w+)"/g)) await asset(new Request(file)).catch(() => {});
  const all = await cache.keys();
  if (all.length > MOST) await cache.delete(all[0]);
  if (before !== ended) await caches.delete(KEPT);
}

async function last(path) {
  const kept = await (await caches.open(KEPT)).match(path);
  if (!kept) return null;
  const then = Number(kept.headers.get(at)), old = Date.now() - then;
  if (!(old >= 0 && old < HOURS * 3600000)) return null;
  return new Response(marked(await kept.text(), then, old), { headers: kept.headers });
}

// To read only: every form and button is off, and the banner says how old it is.
function marked(html, then, old) {
  const words = JSON.parse(unescaped(/data-words="([^"]*)"/.exec(html)[1]));
  const offline = unescaped(/data-kept-words="([^"]*)"/.exec(html)[1]);
  const now = /data-now="(\d+)"/.exec(html)[1];
  const [before, after] = offline.split("{age}");
  const line = `<p class="banner" id="offline" role="alert">${before}<time data-at="${now}" data-ago>${age(words, old)}</time>${after}</p>`;
  return html
    .replace("<body ", `<body data-kept="${then}" `)
    .replace(/<p class="banner" id="offline"[^>]*><\/p>/, () => line)
    .replace(/<form /g, "<form inert ")
    .replace(/<button /g, "<button disabled ");
}

function age(words, ms) {
  const s = Math.max(1, Math.floor(ms / 1000));
  if (s < 5) return words.now;
  const [size, unit] = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]].find(([step]) => s >= step);
  return words[`ago_${unit}`].replace("{n}", Math.floor(s / size));
}

const unescaped = (text) => text.replace(/&#34;|&quot;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

async function asset(request) {
  const cache = await caches.open(FILES), kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const all = await cache.keys();
    if (all.length > MOST_FILES) await cache.delete(all[0]);
  }
  return answer;
}
