(() => {
  /* Light and dark: the system decides until the reader does. */
  const theme = () => {
    const root = document.documentElement;
    const button = document.querySelector("[data-action=theme]");
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
    const show = () => { button.textContent = isDark() ? "Light" : "Dark"; };
    button.hidden = false;
    button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; show(); });
    system.addEventListener("change", show);
    show();
  };

  /* The table of contents marks the section that is being read. */
  const contents = () => {
    const nav = document.querySelector(".contents");
    const links = new Map(all("a", nav).map((link) => [link.hash.slice(1), link]));
    const sections = all("main > section");
    let current = "";
    let waiting = false;
    const mark = () => {
      waiting = false;
      const line = window.innerHeight * 0.3;
      const atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
      const passed = sections.filter((section) => section.getBoundingClientRect().top <= line);
      const section = atEnd ? sections[sections.length - 1] : passed[passed.length - 1] || sections[0];
      if (!section || section.id === current) return;
      const before = links.get(current);
      if (before) before.removeAttribute("aria-current");
      current = section.id;
      const link = links.get(current);
      link.setAttribute("aria-current", "true");
      const offset = link.getBoundingClientRect().left - nav.getBoundingClientRect().left;
      nav.scrollLeft += offset - (nav.clientWidth - link.offsetWidth) / 2;
    };
    const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(mark); } };
    window.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", soon);
    mark();
  };

  /* Paper has no way to open a thing: it is all open while printing. */
  const printing = () => {
    let closed = [];
    window.addEventListener("beforeprint", () => {
      hideReading();
      closed = all("details:not([open])");
      for (const details of closed) details.open = true;
    });
    window.addEventListener("afterprint", () => { for (const details of closed) details.open = false; });
  };

  document.documentElement.classList.add("js");
  theme();
  contents();
  const hideReading = parts(document, document.querySelector(".tip"));
  printing();
})();
