// Keeps the list of work and the faults somebody looked at, for a cellar or a hill without a line: to read, with the age.
// Nothing of it outlives the sign-in: an answer that says 401 ends it, and so does signing out.
const KEPT = "vsm-staff-1", PAGES = /^\/staff(\/faults\/[^/]+)?$/, MOST = 40, WAIT_MS = 8000, HOURS = 12;
const at = "x-vsm-kept";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
// The page that was open when this worker began.
addEventListener("message", (event) => {
  const url = new URL(event.source?.url ?? "about:blank");
  if (event.data === "keep" && PAGES.test(url.pathname)) event.waitUntil(page(new Request(url), url.pathname + url.search).catch(() => {}));
});

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && PAGES.test(url.pathname)) event.respondWith(page(request, url.pathname + url.search));
  else if (url.pathname.startsWith("/static/") && url.search.startsWith("?v=")) event.respondWith(asset(request));
});

async function page(request, path) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout?.(WAIT_MS) });
    if (answer.status === 401 || answer.redirected) await caches.delete(KEPT);
    else if (answer.ok) void keep(path, answer.clone()).catch(() => {});
    return answer.status < 500 ? answer : ((await last(path)) ?? answer);
  } catch (error) {
    const kept = await last(path);
    if (kept) return kept;
    throw error;
  }
}

async function keep(path, copy) {
  const cache = await caches.open(KEPT);
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", [at]: String(Date.now()), "content-security-policy": copy.headers.get("content-security-policy") ?? "" };
  const html = await copy.text();
  await cache.put(path, new Response(html, { headers }));
  for (const [, file] of html.matchAll(/"(\/static\/[^"]+\?v=\w+)"/g)) await asset(new Request(file)).catch(() => {});
  const all = (await cache.keys()).filter((one) => !new URL(one.url).pathname.startsWith("/static/"));
  if (all.length > MOST) await cache.delete(all[0]);
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
  const cache = await caches.open(KEPT), kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
