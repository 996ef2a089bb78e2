// Keeps the residents' pages for when there is no connection: then they are shown as what they are, the last state with
// its age, and never as how things are now. Nothing else is kept: no signed link, nobody's sign-in, nothing of the staff.
const KEPT = "vsm-residents-1", PAGES = /^\/(c\/[^/]+)?$/, MOST = 60, WAIT_MS = 8000, DAYS = 7;
const at = "x-vsm-kept";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clean().then(() => clients.claim())));

async function clean() {
  for (const name of await caches.keys()) if (name.startsWith("vsm-residents-") && name !== KEPT) await caches.delete(name);
}

// A page that was open before this worker was.
addEventListener("message", (event) => {
  const url = new URL(event.source?.url ?? "about:blank");
  if (event.data === "keep" && PAGES.test(url.pathname)) event.waitUntil(begin(url).catch(() => {}));
});

async function begin(url) {
  if (!(await (await caches.open(KEPT)).match(url.pathname))) await page(new Request(url), url.pathname);
}

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (PAGES.test(url.pathname)) event.respondWith(page(request, url.pathname));
  else if (url.pathname.startsWith("/static/") && url.search.startsWith("?v=")) event.respondWith(asset(request));
});

// The network first; it may be there and lead nowhere.
async function page(request, path) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout?.(WAIT_MS) });
    if (answer.status < 500) {
      if (answer.ok && !answer.redirected) void keep(path, answer.clone()).catch(() => {});
      return answer;
    }
    return (await last(path)) ?? answer;
  } catch (error) {
    const kept = await last(path);
    if (kept) return kept;
    throw error;
  }
}

async function keep(path, copy) {
  const cache = await caches.open(KEPT);
  const headers = { "content-type": "text/html; charset=utf-8", [at]: String(Date.now()), "content-security-policy": copy.headers.get("content-security-policy") ?? "" };
  const html = await copy.text();
  await cache.put(path, new Response(html, { headers }));
  // The first visit came before the worker did: what the page is drawn with is taken from the browser's own store.
  for (const [, file] of html.matchAll(/"(\/static\/[^"]+\?v=\w+)"/g)) await asset(new Request(file)).catch(() => {});
}

async function last(path) {
  const kept = await (await caches.open(KEPT)).match(path);
  if (!kept) return null;
  const then = Number(kept.headers.get(at)), old = Date.now() - then;
  if (!(old >= 0 && old < DAYS * 86400000)) return null;
  return new Response(marked(await kept.text(), then, old), { headers: kept.headers });
}

// What the page's own script says when the line breaks, said here already: no script of the page need run.
function marked(html, then, old) {
  const words = JSON.parse(unescaped(/data-words="([^"]*)"/.exec(html)[1]));
  const newest = Number((/data-newest="(\d+)"/.exec(html) ?? /data-now="(\d+)"/.exec(html))[1]);
  const behind = Math.max(0, Number(/data-now="(\d+)"/.exec(html)[1]) - newest);
  const [before, after] = words.offline.split("{age}");
  const line = `<p class="r-banner r-gone" id="offline" role="alert"><span>${before}<time data-at="${newest}">${age(words, old + behind)}</time>${after}</span></p>`;
  return html
    .replace('<body class="res"', `<body class="res" data-lost data-kept="${then}"`)
    .replace(/<p class="r-banner r-gone" id="offline"[^>]*><\/p>/, () => line);
}

function age(words, ms) {
  const s = Math.floor(ms / 1000);
  const [unit, counts] = s < 60 ? ["0", {}] : s < 3600 ? ["m", { m: s / 60 }] : s < 86400 ? ["h", { h: s / 3600, m: (s % 3600) / 60 }] : ["d", { d: s / 86400, h: (s % 86400) / 3600 }];
  return words[`ago_${unit}`].replace(/\{(\w)\}/g, (_, name) => Math.floor(counts[name]));
}

const unescaped = (text) => text.replace(/&#34;|&quot;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// Their address carries their hash: they never change.
async function asset(request) {
  const cache = await caches.open(KEPT), kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const all = await cache.keys();
    if (all.length > MOST) await cache.delete(all[0]);
  }
  return answer;
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => (open[0] ? open[0].focus() : clients.openWindow("/"))));
});
