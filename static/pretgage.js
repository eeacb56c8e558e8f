/* Small comforts: every page works without this file. Floor: iOS 12 and Android 7 (no optional chaining, no modules). */
(function () {
  "use strict";

  const NBSP = "\u00a0";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* A word for screen readers, without moving the focus. */
  const announcer = document.createElement("p");
  announcer.className = "hidden";
  announcer.setAttribute("role", "status");
  (document.querySelector("main") || document.body).appendChild(announcer);
  const announce = (words) => { announcer.textContent = words; };

  /* Calls `tick` with the seconds left, once a second, down to zero. A phone that slept catches up. */
  function countDown(seconds, tick) {
    const end = Date.now() + seconds * 1000;
    const timer = setInterval(step, 1000);
    function step() {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000));
      tick(left);
      if (left === 0) clearInterval(timer);
    }
    step();
  }

  function duration(seconds) {
    const minutes = Math.floor(seconds / 60);
    const rest = (minutes && seconds % 60 < 10 ? "0" : "") + (seconds % 60) + NBSP + "s";
    return minutes ? minutes + NBSP + "min" + NBSP + rest : rest;
  }

  all("[data-countdown]").forEach((place) => {
    countDown(Number(place.dataset.countdown), (left) => {
      place.textContent = left
        ? "Ce code est encore valable " + duration(left) + "."
        : "Ce code n’est plus valable. Demandez-en un nouveau.";
      if (left === 60 || left === 0) announce(place.textContent);
    });
  });

  all("[data-wait]").forEach((button) => {
    const label = button.textContent;
    countDown(Number(button.dataset.wait), (left) => {
      button.disabled = left > 0;
      button.textContent = left ? label + " dans " + duration(left) : label;
    });
  });

  all("input[type=password]").forEach((input) => {
    const frame = document.createElement("div");
    const button = document.createElement("button");
    frame.className = "reveal";
    button.type = "button";
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "Masquer" : "Afficher";
      button.setAttribute("aria-label", button.textContent + " le mot de passe");
    };
    show(false);
    button.addEventListener("click", () => show(input.type === "password"));
    input.form.addEventListener("submit", () => show(false));
    input.parentNode.insertBefore(frame, input);
    frame.appendChild(input);
    frame.appendChild(button);
  });

  /* The sum of the ticked contracts, in whole cents. */
  all("[data-sum]").forEach((place) => {
    const boxes = all("input[type=checkbox]", place.closest("form"));
    const cents = (box) => Math.round(100 * Number(box.closest("li").querySelector("data.amount").getAttribute("value")));
    const update = () => {
      const chosen = boxes.filter((box) => box.checked);
      const total = chosen.reduce((sum, box) => sum + cents(box), 0);
      place.querySelector("output").textContent =
        (total / 100).toFixed(2).replace(".", ",").replace(/\B(?=(\d{3})+,)/g, NBSP) + NBSP + "€";
    };
    boxes.forEach((box) => box.addEventListener("change", update));
    update();
    place.hidden = false;
  });

  /* A payment's page asks for news and reloads only when there are some, or when it looks no more. */
  function watch(card) {
    if (!card || !card.dataset.refresh) return;
    const next = location.pathname + card.dataset.next;
    setTimeout(() => {
      fetch(next, { credentials: "same-origin", headers: { "X-Requested-With": "refresh" } })
        .then((answer) => answer.text())
        .then((html) => {
          const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-payment-state]");
          if (!fresh || fresh.dataset.paymentState !== card.dataset.paymentState) location.replace(location.pathname);
          else if (!fresh.dataset.refresh) location.replace(next);
          else watch(fresh);
        })
        .catch(() => watch(card));
    }, 1000 * Number(card.dataset.refresh));
  }
  watch(document.querySelector("[data-payment-state]"));

  /* Two minutes before the session ends: a question that one key answers. The server has the last word, and another
     tab's activity counts. */
  const WARNING = 120;
  const ENDS = "session-ends-at"; /* all that is kept in the browser, while somebody is inside */
  (function (box) {
    if (!box) return;
    const url = box.dataset.session;
    const stay = box.querySelector("[data-stay]");
    const place = box.querySelector("[data-left]");
    const label = stay.textContent;
    const end = { idle: 0, whole: 0 };
    let before = null;
    let isAsking = false;
    let hasUnderstood = false;
    let isLeaving = false; /* this tab hears of its own departure, too */

    const left = () => Math.round((Math.min(end.idle, end.whole) - Date.now()) / 1000);
    const isWhole = () => end.whole <= end.idle;
    const leave = (address) => {
      isLeaving = true;
      location.replace(address || location.pathname + location.search);
    };

    function set(idle, whole) {
      end.idle = Date.now() + idle * 1000;
      end.whole = Date.now() + whole * 1000;
      try { localStorage.setItem(ENDS, String(end.idle)); } catch (error) { /* private browsing: the server is asked */ }
    }

    const ask = (method, headers) =>
      fetch(url, { method: method, headers: headers, credentials: "same-origin", redirect: "manual", cache: "no-store" });

    /* What the server knows, another tab's activity included; without a network this page's own clock counts. */
    function check() {
      isAsking = true;
      return ask("GET", { "X-Requested-With": "refresh" })
        .then((reply) => (reply.ok ? reply.json() : { idle: 0, whole: 0 }))
        .then((known) => set(known.idle, known.whole))
        .catch(() => {})
        .then(() => { isAsking = false; });
    }

    function show() {
      const whole = isWhole();
      if (!box.hidden || hasUnderstood) return;
      before = document.activeElement;
      place.textContent = left() > WARNING - 10 ? "2" + NBSP + "minutes" : duration(left());
      all("[data-why]", box).forEach((words) => { words.hidden = (words.dataset.why === "whole") !== whole; });
      stay.textContent = whole ? "J’ai compris" : label;
      box.hidden = false;
      stay.focus();
    }

    function hide() {
      if (box.hidden) return;
      const hadFocus = box.contains(document.activeElement);
      box.hidden = true;
      if (hadFocus && before && before.focus) before.focus();
    }

    function answer() {
      if (isWhole()) { hasUnderstood = true; hide(); return; }
      const token = box.querySelector("input[name=csrfmiddlewaretoken]").value;
      ask("POST", { "X-CSRFToken": token, "X-Requested-With": "stay" }).then((reply) => {
        if (reply.status !== 204) { leave(); return; }
        return check().then(() => { hide(); announce("Vous restez connecté."); });
      }).catch(() => { announce("Le réseau ne répond pas. Recommencez."); });
    }

    function step() {
      const seconds = left();
      if (isAsking) return;
      if (seconds <= 0) check().then(() => { if (left() <= 0) leave(); });
      else if (seconds > WARNING) hide();
      else if (box.hidden && !hasUnderstood) check().then(() => { if (left() > 0 && left() <= WARNING) show(); });
      else if (!box.hidden && seconds < WARNING - 10) {
        place.textContent = duration(seconds);
        if (seconds === 60 || seconds === 30) announce("Vous serez déconnecté dans " + duration(seconds) + ".");
      }
    }

    set(Number(box.dataset.idle), Number(box.dataset.whole));
    stay.addEventListener("click", answer);
    document.addEventListener("keydown", (event) => {
      if (!box.hidden && (event.key === "Escape" || event.key === "Esc")) answer();
    });
    /* Another tab tells that it was used; or, by an end that is gone, that somebody has left. */
    window.addEventListener("storage", (event) => {
      if (isLeaving || (event.key !== null && event.key !== ENDS)) return;
      if (event.newValue) end.idle = Math.max(end.idle, Number(event.newValue));
      else leave(box.dataset.login);
    });
    document.addEventListener("submit", (event) => {
      if (!event.target.hasAttribute("data-logout")) return;
      isLeaving = true;
      try { localStorage.removeItem(ENDS); } catch (error) { /* private browsing: nothing was kept */ }
    });
    setInterval(step, 1000);
  })(document.querySelector("[data-session]"));

  /* While a password is chosen: what anybody would see wrong with it. The server decides. */
  const ROWS = ["azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "01234567890"];
  const mirrored = (word) => word.split("").reverse().join("");
  const follows = (word) => ROWS.concat(ROWS.map(mirrored)).some((row) => {
    for (let start = 0; start + 4 <= row.length; start += 1) if (word.indexOf(row.slice(start, start + 4)) >= 0) return true;
    return false;
  });

  function remark(password) {
    const letters = Array.from(password);
    const missing = 12 - letters.length;
    if (!letters.length) return "";
    if (/(.)\1\1\1/.test(password)) return "Le même caractère se répète" + NBSP + ": un autre mot serait plus sûr.";
    if (follows(password.toLowerCase())) return "Des touches ou des chiffres se suivent, comme azerty ou 1234" + NBSP + ": cela se devine vite.";
    if (missing > 0) return "Encore " + missing + NBSP + (missing > 1 ? "caractères." : "caractère.");
    if (new Set(letters).size < 6) return "Peu de caractères différents" + NBSP + ": un autre mot serait plus sûr.";
    return "Assez long. Nous vérifierons à l’enregistrement qu’il ne se devine pas.";
  }

  all("input[name=new_password1]").forEach((input) => {
    const hint = document.createElement("p");
    let timer = 0;
    hint.className = "soft hint";
    hint.setAttribute("role", "status");
    input.parentNode.parentNode.appendChild(hint);
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => { hint.textContent = remark(input.value); }, 500);
    });
  });

  /* A double click sends once. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });

  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();

  all("[data-print]").forEach((place) => {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => window.print());
  });

  const departure = document.querySelector("form[data-autosubmit]");
  if (departure) HTMLFormElement.prototype.submit.call(departure);
})();
