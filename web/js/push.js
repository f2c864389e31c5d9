// SPDX-License-Identifier: Apache-2.0

// The page on which somebody says how they want to be told: a browser that can show
// messages offers that. Without this script, or in another browser, nothing is shown.

const box = document.querySelector("[data-push]");

const bytesOf = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
};

const subscribe = async (key) => {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not granted");
  const registration = await navigator.serviceWorker.register("/account/alerts/sw.js");
  const ready = registration.active ? registration : await waiting(registration);
  return ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
};

// waiting gives the registration once its worker runs: no page of ours lies in its
// folder, so that navigator.serviceWorker.ready would never come.
const waiting = (registration) =>
  new Promise((done) => {
    const next = registration.installing || registration.waiting;
    next.addEventListener("statechange", () => {
      if (next.state === "activated") done(registration);
    });
  });

if (box && navigator.serviceWorker && window.PushManager && window.Notification) {
  const form = box.querySelector("form");
  box.hidden = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.endpoint.value) return;
    event.preventDefault();
    subscribe(box.dataset.push)
      .then((subscription) => {
        const told = subscription.toJSON();
        form.elements.endpoint.value = told.endpoint;
        form.elements.p256dh.value = told.keys.p256dh;
        form.elements.auth.value = told.keys.auth;
        form.submit();
      })
      .catch(() => {
        box.querySelector("[data-push-failed]").hidden = false;
      });
  });
}
