/* An agent's pages do not outlive the session: its end, or a logout in another tab, leads to the login. */
(function () {
  "use strict";

  const KEY = "session-ends-at";
  const facts = document.querySelector("meta[name=session]").dataset;
  const whole = Date.now() + 1000 * Number(facts.whole);
  let end = Math.min(whole, Date.now() + 1000 * Number(facts.idle));
  let isLeaving = false; /* this tab hears of its own departure, too */

  const keep = (value) => {
    try {
      if (value) localStorage.setItem(KEY, value);
      else localStorage.removeItem(KEY);
    } catch (error) { /* private browsing: each tab has its own clock */ }
  };
  const leave = (address) => {
    isLeaving = true;
    location.replace(address);
  };
  /* Nothing stays on the screen; the login sends back who is still inside, so the logout goes first. */
  const abandon = () => {
    isLeaving = true;
    document.body.textContent = "";
    setTimeout(() => leave(facts.login), 1500);
  };
  keep(String(end));

  window.addEventListener("storage", (event) => {
    if (isLeaving || (event.key !== null && event.key !== KEY)) return;
    if (event.newValue) end = Math.min(whole, Math.max(end, Number(event.newValue)));
    else abandon();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "logout-form") return;
    isLeaving = true;
    keep("");
  });
  setInterval(() => {
    if (Date.now() > end) leave(location.pathname + location.search);
  }, 1000);
})();
