/* Takes the first sight of a page away as soon as Streamlit shows the page itself. */
(() => {
  const first = document.getElementById("first");
  const sections = document.getElementById("first-sections");
  sections.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const has = first.dataset.filled === "yes";
  /* A page with sections stands when its first section does; fields come before it. */
  const shown = has
    ? "[data-testid^=stBidiComponent]"
    : "[data-testid^=stBidiComponent], [data-testid=stForm], [data-testid=stFileUploader], [data-testid=stMain] h2";
  const trouble = "[data-testid=stException], [role=dialog]";
  /* Nobody is kept from a page that comes late, or from what Streamlit says of a server that is gone. */
  const LONGEST = 8000;
  const stands = () =>
    document.querySelector(trouble) !== null ||
    Array.from(document.querySelectorAll(shown)).some((one) => one.getBoundingClientRect().height > 1);
  const away = () => {
    if (!first.isConnected) return;
    watcher.disconnect();
    const top = first.querySelector("main").scrollTop;
    first.remove();
    const main = document.querySelector("[data-testid=stMain]");
    if (main && top) main.scrollTop = top;
  };
  /* A section is filled without a change outside its own root. */
  const look = () => { if (stands()) away(); else if (first.isConnected) requestAnimationFrame(look); };
  const watcher = new MutationObserver(() => {
    if (document.querySelector(`${shown}, ${trouble}`)) { watcher.disconnect(); look(); }
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  setTimeout(away, LONGEST);
})();
