/* The captcha made here: finds the number that, after the salt, has the SHA-256 that the page asks for.
   Plain SHA-256, since crypto.subtle is missing on http, and slower for texts of one block. In slices, not in a worker:
   the page stays usable, and old browsers and the security policy have nothing against it. Floor: iOS 12, Android 7. */
(function () {
  "use strict";

  const box = document.querySelector("[data-altcha]");
  if (!box) return;
  const input = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const form = input.form;
  const SLICE_MS = 30;
  const FRESH_MS = 18 * 60 * 1000; // the server takes a solution for 20 minutes
  let bornAt = Date.now();
  let isSubmitting = false;

  /* ---- SHA-256 of one block (FIPS 180-4). Its constants are fractions of the roots of the first primes. ---- */

  const fraction = (root) => ((root - Math.floor(root)) * 0x100000000) | 0;
  const ROUNDS = new Int32Array(64);
  const START = new Int32Array(8);
  for (let n = 2, found = 0; found < 64; n++) {
    let divisor = 2;
    while (n % divisor) divisor++;
    if (divisor < n) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    ROUNDS[found++] = fraction(Math.cbrt(n));
  }
  const words = new Int32Array(64);
  const hash = new Int32Array(8);

  function digest() {
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15];
      const y = words[i - 2];
      const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      words[i] = words[i - 16] + s0 + words[i - 7] + s1;
    }
    let a = START[0], b = START[1], c = START[2], d = START[3], e = START[4], f = START[5], g = START[6], h = START[7];
    for (let i = 0; i < 64; i++) {
      const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      const t1 = h + s1 + (e & f ^ ~e & g) + ROUNDS[i] + words[i] | 0;
      const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      const t2 = s0 + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
    }
    const end = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) hash[i] = START[i] + end[i];
  }

  /* ASCII of 55 bytes at the most: salt and number are always shorter. */
  function digestOf(text) {
    words.fill(0, 0, 16);
    for (let i = 0; i < text.length; i++) words[i >> 2] |= text.charCodeAt(i) << 24 - 8 * (i & 3);
    words[text.length >> 2] |= 0x80 << 24 - 8 * (text.length & 3);
    words[15] = 8 * text.length;
    digest();
  }

  /* ---- The search, and what the page says of it ---- */

  const say = (sentence) => { status.textContent = sentence; };
  const send = () => HTMLFormElement.prototype.submit.call(form);

  function solve() {
    const wanted = Int32Array.from(box.dataset.challenge.match(/.{8}/g), (eight) => parseInt(eight, 16));
    const most = Number(box.dataset.most);
    const salt = box.dataset.salt;
    let number = 0;
    say("Vérification en cours…");
    function slice() {
      const end = Date.now() + SLICE_MS;
      while (Date.now() < end) {
        for (let i = 0; i < 200; i++) {
          digestOf(salt + number);
          if (hash[0] === wanted[0] && hash.every((word, place) => word === wanted[place])) return done(number);
          if (number++ > most) return say("La vérification n’aboutit pas. Rechargez la page.");
        }
      }
      setTimeout(slice, 0);
    }
    setTimeout(slice, 0);
  }

  function done(number) {
    const facts = box.dataset;
    const solution = { algorithm: "SHA-256", challenge: facts.challenge, number: number, salt: facts.salt, signature: facts.signature };
    input.value = btoa(JSON.stringify(solution));
    say("✓ Vérifié");
    if (isSubmitting) send();
  }

  /* The page stood open for long: it takes the challenge of a new one, so that nothing typed is lost. */
  function renew() {
    input.value = "";
    say("Vérification en cours…");
    fetch(location.href, { credentials: "same-origin" })
      .then((answer) => answer.text())
      .then((html) => {
        const tag = /<div data-altcha[^>]*>/.exec(html)[0]; // of the whole page, the policy would refuse the style
        const facts = new DOMParser().parseFromString(tag, "text/html").body.firstChild.dataset;
        Object.keys(facts).forEach((name) => { box.dataset[name] = facts[name]; });
        bornAt = Date.now();
        solve();
      })
      .catch(send); // the server says what is wrong
  }

  form.addEventListener("submit", (event) => {
    const isFresh = Date.now() - bornAt < FRESH_MS;
    if (input.value && isFresh) return;
    event.preventDefault();
    if (isSubmitting) return;
    isSubmitting = true;
    if (!isFresh) renew();
  });

  /* A page that comes back from the browser's memory holds a solution that was used. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  solve();
})();
