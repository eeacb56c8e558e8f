/* reCAPTCHA v3: asks Google for a token when the form is sent. Without Google the form goes without one, and the page
   that comes back has our own captcha. */
(function () {
  "use strict";

  const PATIENCE_MS = 5000;
  const input = document.querySelector("[data-recaptcha]");
  if (!input) return;
  const form = input.form;
  let isAsking = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    const timer = setTimeout(send, PATIENCE_MS);
    function send() {
      if (!isAsking) return;
      isAsking = false;
      clearTimeout(timer);
      HTMLFormElement.prototype.submit.call(form);
    }
    if (!window.grecaptcha || !window.grecaptcha.execute) return send();
    const facts = input.dataset;
    window.grecaptcha.ready(() => {
      window.grecaptcha.execute(facts.recaptcha, { action: facts.action })
        .then((token) => { input.value = token; send(); }, send);
    });
  });
})();
