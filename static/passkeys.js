/* Passkeys: a form [data-passkey] creates one or signs with one, then sends what the browser answered.
   Floor: iOS 12 and Android 7 (no optional chaining, no modules); browsers without WebAuthn read a sentence. */
(function () {
  "use strict";

  const all = (selector, root) => Array.from(root.querySelectorAll(selector));

  function bytes(text) {
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  }

  function base64url(buffer) {
    const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /* The options as JSON holds them, with bytes where the browser wants bytes. */
  function understood(json) {
    const options = JSON.parse(json);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    (options.allowCredentials || options.excludeCredentials || []).forEach((key) => { key.id = bytes(key.id); });
    return options;
  }

  function written(credential) {
    const response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature"].forEach((name) => {
      if (credential.response[name]) response[name] = base64url(credential.response[name]);
    });
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: base64url(credential.rawId), type: credential.type, response: response,
    });
  }

  all("form[data-passkey]", document).forEach((form) => {
    const button = form.querySelector("[data-passkey-start]");
    const say = (what) => all("[data-passkey-says]", form).forEach((words) => {
      words.hidden = words.dataset.passkeySays !== what;
    });
    if (!window.PublicKeyCredential || !navigator.credentials) {
      say("unsupported");
      return;
    }
    button.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      say("");
      button.disabled = true;
      navigator.credentials[form.dataset.passkey]({ publicKey: understood(form.dataset.options) })
        .then((credential) => {
          form.elements.credential.value = written(credential);
          HTMLFormElement.prototype.submit.call(form);
        })
        .catch((error) => {
          button.disabled = false;
          say(error.name === "InvalidStateError" && form.dataset.passkey === "create" ? "known" : "cancelled");
        });
    });
  });
})();
