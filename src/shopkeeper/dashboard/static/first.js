/* Takes the first sight of a page away as soon as Streamlit shows the page itself. */
(() => {
  const first = document.getElementById("first");
  const sections = document.getElementById("first-sections");
  sections.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const SHOWN = "[data-testid=stBidiComponentRegular], [data-testid=stForm], [data-testid=stTextInput], [data-testid=stMain] h2, [data-testid=stException]";
  /* Nobody is kept from a page that comes late, or from what Streamlit says of a server that is gone. */
  const LONGEST = 15000;
  const filled = () => Array.from(document.querySelectorAll(SHOWN)).some((one) => one.getBoundingClientRect().height > 1);
  const away = () => {
    if (!first.isConnected) return;
    const top = first.querySelector("main").scrollTop;
    first.remove();
    watcher.disconnect();
    const main = document.querySelector("[data-testid=stMain]");
    if (main && top) main.scrollTop = top;
  };
  const watcher = new MutationObserver(() => { if (filled()) requestAnimationFrame(away); });
  watcher.observe(document.body, { childList: true, subtree: true });
  setTimeout(away, LONGEST);
})();
