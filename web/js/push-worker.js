// SPDX-License-Identifier: Apache-2.0

// The service worker of messages that a browser shows. It keeps nothing and answers
// no page. What it shows says nothing about anybody, and leads to the front door.

self.addEventListener("push", (event) => {
  let words;
  try {
    words = event.data.json();
  } catch {
    return;
  }
  event.waitUntil(
    self.registration.showNotification(words.title, { body: words.body, lang: words.lang, dir: words.dir, tag: "alert" })
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});
