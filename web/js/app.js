// SPDX-License-Identifier: Apache-2.0

// Everything here is a help, nothing a need: without it forms are sent, pages
// refreshed by a link and errors found by their links all the same.

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

// Focus moves to the error summary.
function focusSummary() {
  const box = document.querySelector("[data-focus]");
  if (box) box.focus();
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

// Autosave sends the fields, secrets and files excepted, when typing rests.
function autosave() {
  all("form[data-autosave]").forEach((form) => {
    const say = form.querySelector(".autosave");
    let timer = 0;
    let dirty = false;
    const body = () => {
      const out = new URLSearchParams();
      new FormData(form).forEach((value, name) => {
        const field = form.elements.namedItem(name);
        if (typeof value === "string" && !(field && field.type === "password")) out.append(name, value);
      });
      return out;
    };
    const save = () => {
      if (!dirty) return;
      dirty = false;
      fetch(form.dataset.autosave, { method: "POST", credentials: "same-origin", body: body(), redirect: "error" })
        .then((answer) => {
          if (!answer.ok) throw new Error();
          if (say) say.textContent = say.dataset.saved;
        })
        .catch(() => {
          dirty = true;
          if (say) say.textContent = say.dataset.failed;
        });
    };
    form.addEventListener("input", () => {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, 1500);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      dirty = false;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && dirty && navigator.sendBeacon) {
        dirty = !navigator.sendBeacon(form.dataset.autosave, body());
      }
    });
  });
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
guardDoubleSubmit();
refresh();
autosave();
offerCopies();
unfoldForPrint();
