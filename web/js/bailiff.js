// SPDX-License-Identifier: Apache-2.0

// The bailiff's telephone: papers at hand without a signal, visits kept until they
// are sent, each exactly once. Without this script the same forms are sent online.

import * as vault from "./_vault.js";

const box = document.querySelector("[data-bailiff]");
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const words = (name) => box.dataset["words" + name[0].toUpperCase() + name.slice(1)];
const who = box && box.dataset.bailiff; // "" on the page for when there is no signal
const KEEP_FOR = 36 * 3600 * 1000;
const UNSENT = "bailiff.unsent"; // a number, so that other pages can ask before signing out

const usable = () => box && window.indexedDB && window.crypto && crypto.subtle && window.fetch;

function say(text) {
  const line = box.querySelector("[data-phone-state]");
  line.hidden = !text;
  line.textContent = text;
}

const digits = (n) => (document.documentElement.lang === "fa" ? String(n).replace(/\d/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : String(n));

async function showQueue() {
  const waiting = await vault.names("visit.");
  localStorage.setItem(UNSENT, String(waiting.length));
  const list = box.querySelector("[data-phone-queue]");
  list.textContent = "";
  for (const name of waiting) {
    const visit = await vault.get(name);
    const line = document.createElement("li");
    line.dir = "auto";
    line.textContent = visit.name + (visit.fault ? " – " + visit.fault : "");
    list.append(line);
  }
  list.hidden = waiting.length === 0;
  if (waiting.length) say(words("queued").replace("{n}", digits(waiting.length)));
  const drop = document.querySelector("[data-phone-drop]");
  if (drop) drop.hidden = waiting.length === 0;
  return waiting.length;
}

// send gives the visits to the server, the oldest first. What it has answered is
// taken off the telephone; whatever else happens leaves everything as it is.
let sending = null;
function send() {
  sending = sending || sendAll().finally(() => (sending = null));
  return sending;
}

async function sendAll() {
  const owner = (await vault.get("owner")) || who;
  if (who && owner !== who) return say(words("mine"));
  let last = "";
  for (const name of await vault.names("visit.")) {
    const visit = await vault.get(name);
    const body = new FormData();
    Object.keys(visit.fields).forEach((k) => body.append(k, visit.fields[k]));
    body.append("sent", String(Date.now()));
    body.append("elapsed", String(visit.boot === performance.timeOrigin ? Math.round(performance.now() - visit.steady) : -1));
    for (const which of ["photo", "signature"]) {
      if (visit[which]) body.append(which, unpack(visit[which]), which + ".jpg");
    }
    let answer;
    try {
      answer = await fetch("/bailiff/sync", { method: "POST", body, credentials: "same-origin", redirect: "error", headers: { Accept: "application/json" } });
    } catch (e) {
      await showQueue();
      return say(words("nosignal"));
    }
    const json = (answer.headers.get("Content-Type") || "").includes("json");
    if (answer.ok && json) {
      last = (await answer.json()).words;
      await vault.remove(name);
    } else if (json && (answer.status === 422 || answer.status === 404)) {
      visit.fault = (await answer.json()).words;
      await vault.put(name, visit);
    } else {
      await showQueue();
      return say(words(answer.status === 401 || answer.status === 403 ? "signin" : "nosignal"));
    }
  }
  const left = await showQueue();
  if (!left) say(last || "");
  if (last) await take();
}

// take brings the papers of today onto the telephone.
async function take() {
  let answer;
  try {
    answer = await fetch("/bailiff/tasks.json", { credentials: "same-origin", redirect: "error" });
  } catch (e) {
    return;
  }
  if (!answer.ok) return;
  const got = await answer.json();
  const owner = who || (await vault.get("owner").catch(() => null)); // the page that is kept names nobody
  if (owner && got.owner !== owner) return;
  await vault.put("owner", got.owner);
  await vault.put("tasks", { at: Date.now(), list: got.tasks });
}

// unpack makes a file of what was kept as text.
function unpack(dataURL) {
  const parts = dataURL.split(",");
  const bytes = Uint8Array.from(atob(parts[1]), (c) => c.charCodeAt(0));
  return new Blob([bytes], { type: parts[0].slice(5, parts[0].indexOf(";")) });
}

// smaller draws a picture anew: fewer bytes, and nothing but the picture.
function smaller(file) {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    const reader = new FileReader();
    reader.onerror = reject;
    picture.onerror = reject;
    reader.onload = () => (picture.src = reader.result);
    picture.onload = () => {
      const scale = Math.min(1, 1600 / Math.max(picture.naturalWidth, picture.naturalHeight));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
      canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      resolve(canvas.toDataURL("image/jpeg", 0.8));
    };
    reader.readAsDataURL(file);
  });
}

// where asks the telephone, which may refuse or not know.
function where() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve({ no_place: "none" });
    navigator.geolocation.getCurrentPosition(
      (p) =>
        resolve({
          lat: String(Math.round(p.coords.latitude * 1e6)), lon: String(Math.round(p.coords.longitude * 1e6)), accuracy: String(Math.round(p.coords.accuracy)),
        }),
      (e) => resolve({ no_place: e.code === 1 ? "denied" : "none" }),
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 }
    );
  });
}

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

// outfit makes a form one of the telephone: only what the outcome needs is asked,
// there is a place to sign, and sending keeps the visit first.
function outfit(root, task, name, after) {
  const form = root.querySelector("form");
  const needs = (code) => {
    const o = root.querySelector('[data-outcome="' + code + '"]');
    return o ? { list: o.dataset.needs.split(" "), relations: o.dataset.relations.split(" ") } : { list: [], relations: [] };
  };
  const chosen = () => (form.querySelector("input[name=code]:checked") || {}).value || "";
  const relation = form.elements.namedItem("relation");
  const every = Array.from(relation.options).map((o) => o.cloneNode(true));
  const refit = () => {
    const n = needs(chosen());
    all("[data-need]", form).forEach((part) => {
      const need = part.dataset.need;
      part.hidden = !(n.list.includes(need) || (need === "photo" && chosen() && n.list.includes("proof")) || (need === "note" && chosen()));
    });
    relation.replaceChildren(...every.filter((o) => !o.value || n.relations.includes(o.value)).map((o) => o.cloneNode(true)));
  };
  const pad = signPad(form);
  form.addEventListener("change", (e) => {
    say("");
    if (e.target.name === "code") refit();
  });
  refit();
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      keep().catch(() => say(words("nosignal")));
    },
    true
  );
  let busy = false;
  async function keep() {
    if (busy) return;
    const value = (n) => form.elements.namedItem(n).value.trim();
    const n = needs(chosen()).list;
    const photo = form.elements.namedItem("photo").files[0];
    const missing = [];
    const label = (n) => {
      const words = form.querySelector('[for="' + form.elements.namedItem(n).id + '"]');
      return words ? words.firstChild.textContent : n; // without “(optional)”, which it is not now
    };
    if (!chosen()) missing.push(form.querySelector("legend").textContent);
    if (n.includes("name") && !value("taken_by")) missing.push(label("taken_by"));
    if (n.includes("relation") && !value("relation")) missing.push(label("relation"));
    if (n.includes("note") && !value("note")) missing.push(label("note"));
    if (n.includes("photo") && !photo) missing.push(label("photo"));
    if (n.includes("proof") && !photo && pad.empty()) missing.push(form.querySelector("[data-sign-box] .label").textContent);
    if (missing.length) {
      say(words("missing") + " " + missing.map((m) => m.replace(/\s+/g, " ").trim()).join(" – "));
      box.scrollIntoView({ block: "start" });
      return;
    }
    busy = true;
    const steady = performance.now();
    const visit = { name, boot: performance.timeOrigin, steady, fields: {} };
    Object.assign(visit.fields, {
      key: newKey(), task, code: chosen(), taken_by: value("taken_by"), relation: value("relation"), note: value("note"),
      device: String(Date.now()), offline: navigator.onLine ? "no" : "yes",
    });
    if (photo) visit.photo = await smaller(photo);
    if (!pad.empty()) visit.signature = pad.picture();
    Object.assign(visit.fields, await where());
    await vault.put("visit." + visit.fields.device + "." + visit.fields.key, visit);
    await showQueue();
    busy = false;
    if (navigator.onLine) await send();
    else say(words("kept") + ". " + words("nosignal"));
    after(visit);
  }
}

// signPad is a place to sign with a finger, instead of a picture of the signature.
function signPad(form) {
  const part = form.querySelector("[data-sign]");
  const canvas = part.querySelector("canvas");
  const pen = canvas.getContext("2d");
  let used = false;
  part.querySelector(".field").hidden = true;
  part.querySelector("[data-sign-box]").hidden = false;
  const clear = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    used = false;
  };
  clear();
  const at = (e) => {
    const r = canvas.getBoundingClientRect();
    return [((e.clientX - r.left) * canvas.width) / r.width, ((e.clientY - r.top) * canvas.height) / r.height];
  };
  canvas.addEventListener("pointerdown", (e) => {
    e.preventDefault();
    say("");
    canvas.setPointerCapture(e.pointerId);
    pen.strokeStyle = "#10202c";
    pen.lineWidth = 4;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(...at(e));
  });
  canvas.addEventListener("pointermove", (e) => {
    if (!e.buttons) return;
    pen.lineTo(...at(e));
    pen.stroke();
    used = true;
  });
  part.querySelector("[data-sign-clear]").addEventListener("click", clear);
  return { empty: () => !used, picture: () => canvas.toDataURL("image/png") };
}

// phone draws the list of what is kept.
async function phone() {
  const list = document.querySelector("[data-phone-tasks]");
  const place = document.querySelector("[data-phone-task]");
  if (!list) return;
  const kept = await vault.get("tasks");
  const tasks = kept && Date.now() - kept.at < KEEP_FOR ? kept.list : [];
  const waiting = await Promise.all((await vault.names("visit.")).map((n) => vault.get(n)));
  list.textContent = "";
  tasks.forEach((t) => {
    const line = document.createElement("li");
    line.className = "item";
    const main = document.createElement("div");
    main.className = "item-main";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "phone-task";
    button.textContent = t.name;
    const meta = document.createElement("p");
    meta.className = "item-meta";
    meta.dir = "auto";
    const mine = waiting.some((v) => v.fields.task === t.id);
    meta.textContent = [t.where, t.due, t.tried, mine ? words("kept") : ""].filter(Boolean).join(" · ");
    button.addEventListener("click", () => show(t));
    main.append(button, meta);
    line.append(main);
    list.append(line);
  });
  const show = (t) => {
    place.querySelector("[data-phone-name]").textContent = t.name;
    place.querySelector("[data-phone-where]").textContent = t.where;
    place.querySelector("[data-phone-paper]").textContent = t.paper + " · " + t.number;
    const frame = place.querySelector("[data-phone-form]");
    const template = document.querySelector('[data-phone-for="' + t.addressee + '"]');
    frame.replaceChildren(document.importNode(template.content, true));
    outfit(frame, t.id, t.name, close);
    list.hidden = true;
    place.hidden = false;
    place.querySelector("[data-phone-name]").focus();
  };
  const close = () => {
    place.hidden = true;
    list.hidden = false;
    phone();
  };
  place.querySelector("[data-phone-close]").onclick = close;
  const asked = /\/bailiff\/(?:tasks|paper)\/([^/]+)$/.exec(location.pathname);
  const wanted = asked && tasks.find((t) => t.id === asked[1]);
  if (wanted && !phone.opened) {
    phone.opened = true;
    show(wanted);
  }
}

async function start() {
  if (!usable()) return;
  all("[data-with-script]").forEach((part) => (part.hidden = false));
  const owner = await vault.get("owner").catch(() => null);
  if (who && owner && owner !== who) {
    if ((await vault.names("visit.")).length) return say(words("mine")); // evidence is never thrown away by itself
    await vault.wipe();
  }
  const kept = await vault.get("tasks").catch(() => null);
  if (kept && Date.now() - kept.at > KEEP_FOR) await vault.remove("tasks");
  if (navigator.serviceWorker) navigator.serviceWorker.register("/bailiff/sw.js", { scope: "/bailiff" }).catch(() => {});
  all("[data-task]").forEach((part) => outfit(part, part.dataset.task, document.querySelector("h1").textContent, () => (location.href = "/bailiff")));
  all("[data-phone-drop] button").forEach((b) =>
    b.addEventListener("click", () => vault.wipe().then(() => {
      localStorage.removeItem(UNSENT);
      location.reload();
    }))
  );
  window.addEventListener("online", () => send().then(phone));
  await showQueue();
  await phone();
  if (navigator.onLine) {
    await take(); // also on the page that is kept: the list before it may have been left too soon
    await send();
    await phone();
  }
}

start();
