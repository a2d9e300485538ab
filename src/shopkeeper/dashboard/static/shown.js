/* Shows sections of the report inside a page; markup is made by our templates, all text escaped. */
const FORBIDDEN = "script, iframe, object, embed, link, meta, base, form";
const clean = (content) => {
  for (const element of content.querySelectorAll(FORBIDDEN)) element.remove();
  for (const element of content.querySelectorAll("*")) {
    for (const name of element.getAttributeNames()) if (name.startsWith("on")) element.removeAttribute(name);
  }
  return content;
};
const isDark = () => {
  const app = document.querySelector(".stApp") || document.body;
  return getComputedStyle(app).colorScheme === "dark";
};
/* Leads a reader to the list that a number opened, once the page has it; again when its rows are
   there, as a page that is still short cannot be scrolled so far. */
const lead = (place, left = 60) => {
  const list = document.getElementById(place);
  if (list) {
    list.tabIndex = -1;
    list.focus({ preventScroll: true });
    list.scrollIntoView({ block: "start" });
    setTimeout(() => { if (document.activeElement === list) list.scrollIntoView({ block: "start" }); }, 700);
  } else if (left) setTimeout(() => lead(place, left - 1), 100);
};
const mark = (host, root, lists) => {
  if (!lists) return;
  for (const opener of root.querySelectorAll(".open")) {
    opener.setAttribute("aria-expanded", String(Boolean(lists.open) && opener.dataset.open === lists.open));
  }
  if (lists.open && host.led !== lists.place) lead(lists.place);
  host.led = lists.place;
};
export default ({ data, parentElement, setTriggerValue }) => {
  const root = parentElement;
  const host = root.host;
  const paint = () => { host.dataset.theme = isDark() ? "dark" : "light"; };
  paint();
  if (!host.watching) {
    host.watching = new MutationObserver(paint);
    const app = document.querySelector(".stApp") || document.body;
    host.watching.observe(app, { attributes: true });
    host.watching.observe(document.head, { childList: true });
  }
  host.tell = setTriggerValue;
  if (host.shown === data.markup) {
    mark(host, root, data.lists);
    return;
  }
  host.shown = data.markup;
  const box = root.querySelector(".shown");
  const made = document.createElement("template");
  made.innerHTML = data.markup;
  box.replaceChildren(clean(made.content));
  const tip = make("div", { class: "tip", role: "status" });
  tip.hidden = true;
  box.append(tip);
  parts(box, tip);
  box.onclick = (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) host.tell("opened", opener.dataset.open);
  };
  mark(host, root, data.lists);
};
