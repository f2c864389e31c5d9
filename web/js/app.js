// SPDX-License-Identifier: Apache-2.0

// Everything here is a help, nothing a need: without it forms are sent, pages
// refreshed by a link and errors found by their links all the same.

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

// Focus moves to the error summary.
function focusSummary() {
  const box = document.querySelector("[data-focus]");
  if (box) box.focus();
}

// Whoever signs out leaves nothing of the bailiff's pages on the telephone, but no
// visit that was not sent yet is thrown away: then it is sent first.
function leaveNothing() {
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.getAttribute("action") !== "/logout" || !window.indexedDB) return;
      let unsent = 0;
      try {
        unsent = Number(localStorage.getItem("bailiff.unsent") || -1);
      } catch (e) {
        return;
      }
      if (unsent > 0) {
        event.preventDefault();
        event.stopPropagation();
        location.href = "/bailiff/phone";
      } else if (unsent === 0) {
        indexedDB.deleteDatabase("tarazu-bailiff");
        if (window.caches) caches.delete("tarazu-bailiff-1");
        localStorage.removeItem("bailiff.unsent");
      }
    },
    true
  );
}

// A second click within three seconds is a slip; a later one is meant.
function guardDoubleSubmit() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    const now = Date.now();
    if (now - Number(form.dataset.sentAt || 0) < 3000) {
      event.preventDefault();
      return;
    }
    form.dataset.sentAt = String(now);
    const buttons = all("button[type=submit]", form);
    buttons.forEach((b) => b.setAttribute("aria-disabled", "true"));
    setTimeout(() => release(form), 3000);
  });
  // Back from the browser's memory: everything may be sent again.
  window.addEventListener("pageshow", () => all("form").forEach(release));
}

function release(form) {
  delete form.dataset.sentAt;
  all("button[type=submit]", form).forEach((b) => b.removeAttribute("aria-disabled"));
}

// An answer that decides what else is asked brings the questions that belong to
// it. What was typed stays, and so does the focus.
function askOn() {
  if (!window.fetch || !window.DOMParser) return;
  let turn = 0;
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-decides]") && event.target.form;
    if (!form || !form.elements.namedItem("seen")) return;
    const mine = ++turn;
    inTurn(form, () => {
      if (mine !== turn) return null; // a newer question waits
      const fields = new URLSearchParams();
      new FormData(form).forEach((value, name) => typeof value === "string" && fields.append(name, value));
      fields.set("then", "ask");
      return fetch(form.action, { method: "POST", credentials: "same-origin", body: fields, redirect: "error" })
        .then((answer) => (answer.ok ? answer.text() : ""))
        .then((text) => {
          const page = text && new DOMParser().parseFromString(text, "text/html");
          const next = page && page.querySelector('form[action="' + form.getAttribute("action") + '"]');
          if (!next) return;
          form.elements.namedItem("seen").value = next.elements.namedItem("seen").value;
          if (mine === turn) takeQuestions(form, document.adoptNode(next));
        })
        .catch(() => {}); // sending the page asks the same
    });
  });
}

// takeQuestions puts in what is new, takes out what is asked no more, and
// touches nothing that stays: somebody may be typing there.
function takeQuestions(form, next) {
  const key = (node) => node.dataset.question || "";
  const have = new Map();
  Array.from(form.children).forEach((node) => key(node) && have.set(key(node), node));
  const wanted = new Set();
  let last = null;
  Array.from(next.children).forEach((node) => {
    const name = key(node);
    const there = name && have.get(name);
    if (name) wanted.add(name);
    if (there) {
      const a = there.querySelector("select");
      const b = node.querySelector("select");
      if (a && b && a !== document.activeElement && a.options.length !== b.options.length) {
        const chosen = a.value; // while the answer was on its way
        a.replaceChildren(...Array.from(b.childNodes));
        if (chosen && Array.from(a.options).some((o) => o.value === chosen)) a.value = chosen;
      }
      last = there;
    } else if (name) {
      if (last) last.after(node);
      else form.prepend(node);
      last = node;
    }
  });
  have.forEach((node, name) => wanted.has(name) || node.remove());
}

// A page that waits is asked again, slower and slower, and replaced as soon as
// an answer no longer waits. After some minutes the link remains.
function refresh() {
  const waits = [1000, 1500, 2000, 3000, 5000, 8000];
  let tries = 0;
  const main = document.querySelector("main[data-refresh]");
  if (!main || !window.fetch || !window.DOMParser) return;
  const again = () => setTimeout(ask, waits[Math.min(tries++, waits.length - 1)]);
  const ask = () => {
    if (tries > 40) return;
    if (document.hidden) return again();
    fetch(main.dataset.refresh, { credentials: "same-origin", headers: { "X-Refresh": "1" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .then((text) => {
        const page = text && new DOMParser().parseFromString(text, "text/html");
        const next = page && page.querySelector("main");
        if (!next || next.hasAttribute("data-refresh")) return again();
        document.title = page.title;
        main.replaceWith(document.adoptNode(next));
        const beside = document.querySelector("aside.aside");
        const nextBeside = page.querySelector("aside.aside");
        if (beside && nextBeside) beside.replaceWith(document.adoptNode(nextBeside));
        offerCopies();
      })
      .catch(again);
  };
  again();
}

// What a form sends by itself goes one after the other: each tells what the page
// has seen, and two at once would take each other for another page.
function inTurn(form, work) {
  form.setAttribute("aria-busy", "true");
  const mine = (form.inTurn || Promise.resolve()).then(work).catch(() => {});
  form.inTurn = mine;
  mine.then(() => form.inTurn === mine && form.removeAttribute("aria-busy"));
}

// Autosave sends the fields, secrets and files excepted, when typing rests and
// when the page is left. The answer says what this page has seen of the draft
// from now on; if another page was ahead, nothing more is sent.
function autosave() {
  all("form[data-autosave]").forEach((form) => {
    const place = () => form.querySelector(".autosave");
    let timer = 0;
    let dirty = false;
    let sending = false;
    let stale = false;
    const body = () => {
      const out = new URLSearchParams();
      new FormData(form).forEach((value, name) => {
        const field = form.elements.namedItem(name);
        if (typeof value === "string" && !(field && field.type === "password")) out.append(name, value);
      });
      out.set("then", "autosave");
      return out;
    };
    const tell = (text, href, link) => {
      const say = place();
      say.textContent = text;
      if (!href) return;
      const a = document.createElement("a");
      a.href = href;
      a.textContent = link;
      say.append(" ", a);
    };
    const save = (leaving) => {
      if (!dirty || stale) return;
      if (sending) return later();
      dirty = false;
      sending = true;
      inTurn(form, () => {
        const fields = body();
        const keepalive = leaving && fields.toString().length < 60000; // more than 64 KB browsers refuse to send behind a page
        return fetch(form.dataset.autosave, { method: "POST", credentials: "same-origin", body: fields, redirect: "error", keepalive })
          .then((answer) => {
            if (!answer.ok && answer.status !== 409) throw new Error();
            stale = answer.status === 409;
            return answer.json();
          })
          .then((answer) => {
            if (answer.seen) form.elements.namedItem("seen").value = answer.seen;
            tell(answer.say, answer.href, answer.link);
          })
          .catch(() => {
            dirty = true;
            tell(place().dataset.failed);
          })
          .finally(() => {
            sending = false;
          });
      });
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => save(false), 2500);
    };
    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      dirty = true;
      later();
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      dirty = false;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) save(true);
    });
  });
}

// Files are sent as soon as they are chosen, one after the other, with the page
// they stand on; the answer is that page, of which the list is taken over.
function uploads() {
  if (!window.FormData || !window.DOMParser) return;
  document.addEventListener("change", (event) => {
    const box = event.target.type === "file" && event.target.closest("[data-files]");
    if (box) sendAll(box, event.target);
  });
  all(".files-send").forEach((button) => {
    button.hidden = true;
  });
}

function sendAll(box, input) {
  const form = input.form;
  const state = box.querySelector(".files-state");
  const files = Array.from(input.files);
  const percent = (done) => {
    state.textContent = box.dataset.busy.replace("{n}", at + 1).replace("{of}", files.length).replace("{percent}", done);
  };
  let at = 0;
  const next = () => {
    if (at >= files.length) return;
    const file = files[at];
    if (file.size > Number(box.dataset.max)) {
      state.textContent = file.name + ": " + box.dataset.large;
      return;
    }
    const body = () => {
      const out = new FormData(form);
      all("input[type=file]", form).forEach((other) => out.delete(other.name));
      out.append(input.name, file, file.name);
      return out;
    };
    const ask = new XMLHttpRequest();
    ask.open("POST", box.dataset.upload);
    ask.upload.addEventListener("progress", (e) => e.lengthComputable && percent(Math.floor((100 * e.loaded) / e.total)));
    ask.addEventListener("error", () => {
      state.textContent = box.dataset.failed;
    });
    ask.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(ask.responseText, "text/html");
      const fresh = page.querySelector('[data-files="' + box.dataset.files + '"]');
      const seen = page.querySelector("input[name=seen]");
      if (!fresh || (ask.status !== 200 && ask.status !== 422)) {
        state.textContent = box.dataset.failed;
        return;
      }
      if (seen) form.elements.namedItem("seen").value = seen.value;
      box.replaceWith(document.adoptNode(fresh));
      box = fresh;
      all(".files-send", box).forEach((button) => {
        button.hidden = true;
      });
      at++;
      if (ask.status === 422) {
        box.querySelector("input[type=file]").focus();
        return;
      }
      next();
    });
    percent(0);
    inTurn(form, () => new Promise((done) => {
      ask.addEventListener("loadend", done);
      ask.send(body());
    }));
  };
  next();
}

function offerCopies() {
  if (!navigator.clipboard) return;
  all("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(button.dataset.copy).then(() => {
        button.textContent = button.dataset.done;
      });
    });
  });
}

// Files dropped on a form go where they belong: a PDF is a paper.
function takeDrops() {
  all("[data-drop]").forEach((zone) => {
    if (!window.DataTransfer) return;
    all(".drop-hint", zone).forEach((hint) => (hint.hidden = false));
    const over = (on) => (event) => {
      event.preventDefault();
      zone.toggleAttribute("data-over", on);
    };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => {
      over(false)(event);
      Array.from(event.dataTransfer.files).forEach((file) => {
        const pdf = file.type === "application/pdf" || /\.pdf$/i.test(file.name);
        const input = zone.querySelector(pdf ? "input[name=paper]" : "input[name=receipt]");
        if (!input) return;
        const one = new DataTransfer();
        one.items.add(file);
        input.files = one.files;
      });
    });
  });
}

// A form that asks the authenticator of this device shows itself where there can
// be one. Its button fetches a challenge, has it answered, and sends the answer
// as any form is sent.
function passkeys() {
  if (!window.PublicKeyCredential || !navigator.credentials || !window.fetch) return;
  all("form[data-passkey]").forEach((form) => {
    const say = form.querySelector("[data-failed]");
    let busy = false;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      say.textContent = "";
      fetch(form.dataset.ask, { method: "POST", credentials: "same-origin", redirect: "error" })
        .then((answer) => answer.json().then((ask) => (answer.ok || ask.to ? ask : Promise.reject(new Error()))))
        .then((ask) => {
          if (ask.to) return location.assign(ask.to);
          const publicKey = toBytes(ask.options);
          return navigator.credentials[form.dataset.passkey]({ publicKey }).then(
            (key) => {
              form.elements.namedItem("state").value = ask.state;
              form.elements.namedItem("answer").value = JSON.stringify(fromKey(key));
              form.submit();
            },
            () => {
              say.textContent = say.dataset.failed;
            },
          );
        })
        .catch(() => {
          say.textContent = say.dataset.down;
        })
        .then(() => {
          busy = false;
        });
    });
  });
}

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text64 = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

// toBytes turns the texts of a challenge into what the browser wants.
function toBytes(options) {
  const keys = (list) => (list || []).map((key) => Object.assign({}, key, { id: bytes(key.id) }));
  const out = Object.assign({}, options, { challenge: bytes(options.challenge) });
  if (options.user) out.user = Object.assign({}, options.user, { id: bytes(options.user.id) });
  if (options.excludeCredentials) out.excludeCredentials = keys(options.excludeCredentials);
  if (options.allowCredentials) out.allowCredentials = keys(options.allowCredentials);
  return out;
}

// fromKey writes what an authenticator answered as text.
function fromKey(key) {
  const response = {};
  ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach((name) => {
    if (key.response[name]) response[name] = text64(key.response[name]);
  });
  if (key.response.getTransports) response.transports = key.response.getTransports();
  return { id: key.id, rawId: text64(key.rawId), type: key.type, response };
}

// A paper shows what is folded on the screen.
function unfoldForPrint() {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((d) => d.setAttribute("open", ""));
  });
  window.addEventListener("afterprint", () => opened.forEach((d) => d.removeAttribute("open")));
}

focusSummary();
leaveNothing();
guardDoubleSubmit();
refresh();
autosave();
askOn();
uploads();
offerCopies();
takeDrops();
passkeys();
unfoldForPrint();
