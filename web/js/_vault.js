// SPDX-License-Identifier: Apache-2.0

// What the bailiff's pages keep on the telephone, encrypted. The key cannot be
// taken out of the browser; whoever can open the browser can use it.

const NAME = "tarazu-bailiff";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("keys");
    request.result.createObjectStore("things");
  };
  return done(request);
}

async function act(store, mode, work) {
  const db = await open();
  try {
    return await done(work(db.transaction(store, mode).objectStore(store)));
  } finally {
    db.close();
  }
}

async function key() {
  const kept = await act("keys", "readonly", (s) => s.get("aes"));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await act("keys", "readwrite", (s) => s.put(made, "aes"));
  return made;
}

export async function put(name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(JSON.stringify(value)));
  await act("things", "readwrite", (s) => s.put({ iv, box }, name));
}

export async function get(name) {
  const kept = await act("things", "readonly", (s) => s.get(name));
  if (!kept) return null;
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, await key(), kept.box);
  return JSON.parse(new TextDecoder().decode(text));
}

export const remove = (name) => act("things", "readwrite", (s) => s.delete(name));

export async function names(prefix) {
  return (await act("things", "readonly", (s) => s.getAllKeys())).filter((n) => n.startsWith(prefix));
}

export async function wipe() {
  await done(indexedDB.deleteDatabase(NAME));
  if (window.caches) await caches.delete("tarazu-bailiff-1");
}
