"use strict";
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const make = (tag, attributes = {}, text = "") => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
};

/* Brings the figures and tables below `root` to life; `tip` shows readings, `hide` takes them away. */
const parts = (root, tip) => {
  /* Readings: exact values of a mark, by pointer, touch and arrow keys. */
  let reading = null;
  const hide = () => {
    if (reading) reading.classList.remove("on");
    reading = null;
    tip.hidden = true;
  };
  const place = (x, y) => {
    tip.style.left = "0";
    const width = tip.offsetWidth;
    const height = tip.offsetHeight;
    const left = x + 16 + width > window.innerWidth - 8 ? x - width - 16 : x + 16;
    const top = y + 16 + height > window.innerHeight - 8 ? y - height - 12 : y + 16;
    tip.style.left = `${Math.min(Math.max(8, left), Math.max(8, window.innerWidth - width - 8))}px`;
    tip.style.top = `${Math.max(8, top)}px`;
  };
  const show = (mark, x, y) => {
    if (mark !== reading) {
      hide();
      reading = mark;
      mark.classList.add("on");
      tip.replaceChildren(...mark.dataset.tip.split("\n").map((line) => {
        const row = make("p");
        const at = line.lastIndexOf(": ");
        const parts = at < 0 ? [line] : [line.slice(0, at), line.slice(at + 2)];
        row.append(...parts.map((part) => make("span", {}, part)));
        return row;
      }));
      tip.hidden = false;
    }
    place(x, y);
  };
  const readings = () => {
    for (const mark of all(".mark", root)) {
      const title = mark.querySelector("title");
      mark.dataset.tip = title.textContent;
      title.remove();
    }
    for (const image of all(".plot > svg", root)) {
      const title = image.querySelector("title");
      image.setAttribute("aria-label", title.textContent);
      image.setAttribute("aria-describedby", image.querySelector("desc").id);
      image.removeAttribute("aria-labelledby");
      title.remove();
    }
    for (const plot of all(".plot", root)) {
      const heading = plot.closest("figure").querySelector("h3").textContent;
      plot.tabIndex = 0;
      plot.setAttribute("role", "group");
      plot.setAttribute("aria-label", `${heading}. Arrow keys read the values.`);
      const follow = (event) => {
        const mark = event.target.closest(".mark");
        if (mark) show(mark, event.clientX, event.clientY);
        else hide();
      };
      plot.addEventListener("pointermove", follow);
      plot.addEventListener("pointerdown", follow);
      plot.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hide(); });
      plot.addEventListener("blur", hide);
      plot.addEventListener("keydown", (event) => step(plot, event));
    }
    const isPlot = (node) => node instanceof Element && node.matches(".plot");
    document.addEventListener("pointerdown", (event) => { if (!event.composedPath().some(isPlot)) hide(); });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    window.addEventListener("scroll", hide, { passive: true });
  };
  const step = (plot, event) => {
    const marks = all(".mark", plot).filter((mark) => mark.getClientRects().length);
    const at = marks.indexOf(reading);
    const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    let next = null;
    if (event.key in moves) next = at < 0 ? 0 : at + moves[event.key];
    if (event.key === "Home") next = 0;
    if (event.key === "End") next = marks.length - 1;
    if (next === null || !marks.length) return;
    event.preventDefault();
    const mark = marks[Math.min(marks.length - 1, Math.max(0, next))];
    const box = mark.getBoundingClientRect();
    show(mark, box.left + box.width / 2, box.top + Math.min(40, box.height / 2));
  };

  /* Legends: each entry shows and hides its series. */
  const legends = () => {
    for (const entry of all(".legend [data-series]", root)) {
      const button = make("button", { type: "button", "aria-pressed": "true" });
      button.append(...entry.childNodes);
      entry.append(button);
      button.addEventListener("click", () => {
        const isOn = button.getAttribute("aria-pressed") === "false";
        button.setAttribute("aria-pressed", String(isOn));
        const series = all(`.series[data-series="${entry.dataset.series}"]`, entry.closest("figure"));
        for (const group of series) group.classList.toggle("off", !isOn);
      });
    }
  };

  /* Tables: sorted by a click on a heading, filtered by typing, saved as CSV. */
  const shown = (cell) => {
    const whole = cell.querySelector("bdi[title]");
    return (whole ? whole.title : cell.textContent).trim();
  };
  const exact = (cell) => (cell.dataset.value === undefined ? shown(cell) : cell.dataset.value);
  /* A spreadsheet would run a text that begins like a formula: an apostrophe keeps it a text. */
  const field = (text, isNumber) => {
    const isFormula = !(isNumber && /^-?[0-9.]+$/.test(text)) && /^\s*[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/.test(text);
    const value = isFormula ? `'${text}` : text;
    return /[",;\r\n]/.test(value) || isFormula ? `"${value.replaceAll('"', '""')}"` : value;
  };
  const asCsv = (table) => {
    const heads = all("thead th", table);
    const lines = [heads.map((head) => field(head.textContent.trim(), false))];
    for (const row of all("tbody tr", table).filter((one) => !one.hidden)) {
      lines.push(Array.from(row.cells).map((cell, index) => {
        const isNumber = heads[index].classList.contains("number");
        const text = exact(cell);
        return field(cell.querySelector(".nothing") ? "" : text, isNumber);
      }));
    }
    return lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = make("textarea", { readonly: "", style: "position:fixed;opacity:0" });
      area.value = text;
      document.body.append(area);
      area.select();
      const isCopied = document.execCommand("copy");
      area.remove();
      return isCopied;
    }
  };
  const save = (name, text) => {
    const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
    const link = make("a", { href: url, download: `${name}.csv` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };
  const sort = (table, head, index) => {
    const isNumber = head.classList.contains("number");
    const first = isNumber ? "descending" : "ascending";
    const other = isNumber ? "ascending" : "descending";
    const order = head.getAttribute("aria-sort") === first ? other : first;
    for (const one of all("thead th", table)) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const rows = all("tbody tr", table).map((row) => ({ row, key: exact(row.cells[index]), isEmpty: Boolean(row.cells[index].querySelector(".nothing")) }));
    rows.sort((a, b) => {
      if (a.isEmpty !== b.isEmpty) return a.isEmpty ? 1 : -1;
      return sign * (isNumber ? Number(a.key) - Number(b.key) : a.key.localeCompare(b.key, "en", { numeric: true }));
    });
    table.tBodies[0].append(...rows.map((one) => one.row));
  };
  const FILTER_FROM = 8;
  const tables = () => {
    for (const box of all(".table", root)) {
      const table = box.querySelector("table");
      const rows = all("tbody tr", table);
      const caption = box.querySelector(".table-title").textContent;
      const tools = make("div", { class: "tools" });
      if (rows.length > 1) {
        all("thead th", table).forEach((head, index) => {
          const button = make("button", { type: "button", class: "sort" }, head.textContent);
          if (head.title) button.title = head.title;
          head.removeAttribute("title");
          head.replaceChildren(button);
          button.addEventListener("click", () => sort(table, head, index));
        });
      }
      if (rows.length >= FILTER_FROM) {
        const filter = make("input", { type: "search", placeholder: "Filter rows", "aria-label": `Filter: ${caption}` });
        const matches = make("span", { class: "matches", role: "status" });
        filter.addEventListener("input", () => {
          const wanted = filter.value.trim().toLocaleLowerCase();
          for (const row of rows) row.hidden = !Array.from(row.cells).some((cell) => `${shown(cell)} ${cell.textContent}`.toLocaleLowerCase().includes(wanted));
          const left = rows.filter((row) => !row.hidden).length;
          matches.textContent = wanted ? `${left} of ${rows.length} rows` : "";
        });
        tools.append(filter, matches);
      }
      const copying = make("button", { type: "button", "aria-label": `Copy as CSV: ${caption}` }, "Copy as CSV");
      copying.addEventListener("click", async () => {
        copying.textContent = (await copy(asCsv(table))) ? "Copied" : "Could not copy";
        setTimeout(() => { copying.textContent = "Copy as CSV"; }, 2000);
      });
      const saving = make("button", { type: "button", "aria-label": `Download CSV: ${caption}` }, "Download CSV");
      saving.addEventListener("click", () => save(box.dataset.name, asCsv(table)));
      tools.append(copying, saving);
      box.querySelector(".table-head").append(tools);
    }
  };

  /* Meanings: what a heading means, on hover by its title, and on focus by the keys. */
  const meanings = () => {
    for (const word of all("thead th[title], thead .sort[title], .tile h3[title]", root)) {
      if (!word.title) continue;
      if (!word.matches("button")) word.tabIndex = 0;
      word.addEventListener("focus", () => {
        if (!word.matches(":focus-visible")) return;
        const box = word.getBoundingClientRect();
        hide();
        tip.replaceChildren(make("p", {}, word.title));
        tip.hidden = false;
        place(box.left, box.bottom - 8);
      });
      word.addEventListener("blur", hide);
    }
  };

  readings();
  legends();
  tables();
  meanings();
  return hide;
};
