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

  /* A payment's page asks for news and reloads only when there are some. */
  function watch(card) {
    if (!card || !card.dataset.refresh) return;
    setTimeout(() => {
      fetch(location.href, { credentials: "same-origin" })
        .then((answer) => answer.text())
        .then((html) => {
          const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-payment-state]");
          if (!fresh || fresh.dataset.paymentState !== card.dataset.paymentState) location.reload();
          else watch(fresh);
        })
        .catch(() => watch(card));
    }, 1000 * Number(card.dataset.refresh));
  }
  watch(document.querySelector("[data-payment-state]"));

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
