// SPDX-License-Identifier: Apache-2.0

// The service worker of the bailiff's pages. It keeps one page, which holds nothing
// about anybody, with its style and script, and shows it when there is no signal.

const STORE = "tarazu-bailiff-1";
const PHONE = "/bailiff/phone";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(STORE)
      .then((store) => store.addAll(self.KEEP))
      .then(() => self.skipWaiting())
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.open(STORE).then((store) =>
      store
        .keys()
        .then((kept) => Promise.all(kept.filter((r) => !self.KEEP.includes(new URL(r.url).pathname)).map((r) => store.delete(r))))
        .then(() => self.clients.claim())
    )
  );
});

self.addEventListener("fetch", (event) => {
  const asked = event.request;
  const path = new URL(asked.url).pathname;
  if (asked.method !== "GET") return;
  if (asked.mode === "navigate" && path.startsWith("/bailiff")) {
    event.respondWith(
      fetch(asked).then(
        (answer) => {
          if (path === PHONE && answer.ok) {
            const copy = answer.clone(); // in the language chosen by now
            event.waitUntil(caches.open(STORE).then((store) => store.put(PHONE, copy)));
          }
          return answer;
        },
        () => caches.match(PHONE).then((page) => page || Response.error())
      )
    );
  } else if (path !== PHONE && self.KEEP && self.KEEP.includes(path)) {
    event.respondWith(caches.match(asked).then((kept) => kept || fetch(asked)));
  }
});
