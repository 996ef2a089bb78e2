// Nothing typed is lost: what stands in a form lives in this browser tab until the form has been sent with success.
// A photo that is larger than what is taken is made smaller before it is sent.
const KEY = "draft:", SIDE = 1600, QUALITY = 0.82;
const texts = (form) => [...form.elements].filter((each) =>
  each.name && !["hidden", "file", "submit", "password"].includes(each.type) && each.tagName !== "BUTTON");
const key = (form) => KEY + form.dataset.draft;

function save(form) {
  const typed = texts(form).map((each) => [each.name, each.type === "checkbox" ? each.checked : each.value]);
  sessionStorage.setItem(key(form), JSON.stringify(typed));
}

// What the server gives back after a mistake counts more than what this tab remembers.
function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(key(form)) ?? "[]");
  for (const [name, value] of kept) {
    const field = texts(form).find((each) => each.name === name);
    if (field?.type === "checkbox") field.checked ||= value === true && field.name !== "confirmed";
    else if (field && !field.value) field.value = value;
  }
}

async function smaller(field) {
  const [file] = field.files;
  if (!file || file.size <= Number(field.dataset.largest)) return;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), {
    width: Math.round(picture.width * scale), height: Math.round(picture.height * scale),
  });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  const taken = new DataTransfer();
  taken.items.add(new File([blob], "photo.jpg", { type: "image/jpeg", lastModified: file.lastModified }));
  field.files = taken.files;
  const note = document.getElementById(`${field.id}-hint`);
  if (note) note.textContent = field.dataset.small.replace("{size}", (blob.size / 2 ** 20).toFixed(1));
}

try {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    restore(form);
    form.addEventListener("input", () => save(form));
    form.addEventListener("submit", () => save(form));
  }
  const done = document.querySelector("[data-sent]");
  if (done) sessionStorage.removeItem(KEY + done.dataset.sent);
} catch {
  // A browser that keeps nothing: the page works without it.
}
for (const field of document.querySelectorAll("input[type=file][data-largest]")) {
  field.addEventListener("change", () => smaller(field).catch(() => {}));
}
