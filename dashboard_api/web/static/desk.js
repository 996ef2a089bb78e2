// The keys of the duty desk. Without this script all works by Tab and Enter: keys only press what is on the page.
const ON = "desk-keys";
const on = document.getElementById("keys-on");
const typing = (at) => at.closest("input:not([type=checkbox]),textarea,select") !== null;
const lines = () => [...document.querySelectorAll(".listed a")];

function turnedOff() {
  try { return localStorage.getItem(ON) === "off"; } catch { return false; } // a browser that keeps nothing: keys are on
}
const keysAreOn = () => on ? on.checked : !turnedOff();

function move(by) {
  const all = lines();
  const here = all.findIndex((each) => each === document.activeElement);
  const from = here >= 0 ? here : all.findIndex((each) => each.hasAttribute("aria-current"));
  all[Math.min(all.length - 1, Math.max(0, from + by))]?.focus();
}

// A button is pressed, a link followed, a form opened with its first field ready to be written in.
function press(key) {
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  found.click();
  const form = found.closest("details");
  // At once: whoever goes on typing types into it.
  if (form?.open) (form.querySelector("form input:not([type=hidden]),form select") ?? found).focus();
  else if (form) found.focus();
  return true;
}

function leave() {
  for (const form of document.querySelectorAll("details.ask[open]")) form.open = false;
  (document.querySelector(".listed [aria-current]") ?? lines()[0])?.focus();
  follow();
}

const KEYS = {
  j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
  h: () => { location.href = "/desk/hand-over"; }, d: () => { location.href = "/desk"; },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return leave();
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && !/^(j|k|Arrow.*)$/.test(event.key)) return;
  if (typing(event.target) || !keysAreOn()) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (KEYS[key]) KEYS[key]();
  else if (!press(key)) return;
  event.preventDefault();
});

// While something is being filled in the page stays as it is; whoever presses too late is told who was first.
let missed = false;
const busy = () => document.querySelector("#desk details.ask[open]") !== null;

function follow() {
  if (!missed || busy()) return;
  missed = false;
  document.getElementById("changed")?.remove();
  window.htmx.trigger("#desk", "refresh");
}

function waits(part) {
  missed = true;
  if (document.getElementById("changed")) return;
  const said = Object.assign(document.createElement("p"), { id: "changed", className: "banner", textContent: part.dataset.changed });
  said.setAttribute("role", "status");
  document.querySelector("details.ask[open]").prepend(said);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "desk" || !busy()) return;
  event.preventDefault();
  waits(event.target);
});
// What was asked for before the form was opened comes too late as well.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "desk" || !busy()) return;
  event.detail.shouldSwap = false;
  waits(event.target);
});
document.addEventListener("toggle", follow, true);

if (on) {
  on.checked = !turnedOff();
  on.addEventListener("change", () => {
    try { localStorage.setItem(ON, on.checked ? "on" : "off"); } catch { /* it is on again on the next page */ }
  });
}
const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
// Where one goes on: in the list, at the fault that is open. Where the list lies below the call, at the top.
if (matchMedia("(min-width:1180px)").matches && !document.querySelector("details.ask[open]") && document.activeElement === document.body) document.querySelector(".listed [aria-current]")?.focus({ preventScroll: true });
