// The staff's pages on a phone without a line. A worker only where there is https; signing out leaves nothing behind.
const worker = window.isSecureContext ? navigator.serviceWorker : undefined;
worker?.register("/staff/worker.js", { scope: "/staff" }).then(() => worker.ready).then(({ active }) => active?.postMessage("keep")).catch(() => {});
// A newer worker that takes over keeps nothing of what the older one had, so it is told of this page, too.
worker?.addEventListener("controllerchange", () => worker.controller?.postMessage("keep"));

async function forget() {
  if (!window.caches) return;
  for (const name of await caches.keys()) if (name.startsWith("vsm-staff-")) await caches.delete(name);
}

document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.xhr.status === 401) forget().catch(() => {}); });
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/sign-out") return;
  sessionStorage.clear();
  event.preventDefault();
  forget().catch(() => {}).finally(() => event.target.submit());
});
