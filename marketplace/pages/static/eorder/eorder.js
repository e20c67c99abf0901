// Small comforts on top of pages that already work without any script.
const liveRegion = () => {
  let region = document.getElementById("live");
  if (!region) {
    region = document.createElement("p");
    region.id = "live";
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  return region;
};

// Codes and numbers: one press copies them.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("copied");
    liveRegion().textContent = document.documentElement.lang === "en" ? "Copied" : "Disalin";
    setTimeout(() => button.classList.remove("copied"), 2000);
  });
}

// A page made for paper is printed from its own button; without scripts the browser's menu does it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Menus close on Escape and when the reader goes elsewhere.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}

// A form is sent once, however often the button is pressed. Coming back with the browser frees it again;
// a form that answers with a file says data-again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "again" in form.dataset) return;
  if (form.dataset.sent) event.preventDefault();
  else {
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  }
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// What must be mended is read first.
document.querySelector(".error-summary")?.focus();

// A ticked filter asks at once where the list stands beside it; on a phone the button of the form does.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-filters]");
  if (form && window.htmx && matchMedia("(min-width: 64rem)").matches) window.htmx.trigger(form, "saring");
});

// A list that was replaced says how much it now holds: a region that came with it would not be read out.
document.addEventListener("htmx:afterSettle", (event) => {
  const said = event.target.id === "jawaban" && event.target.querySelector("[role=status]");
  if (said) liveRegion().textContent = said.textContent.trim();
});

// A tick for the compare tray is kept at once; without scripts the form has a button for that.
const tray = document.querySelector("form[data-tray]");
for (const button of tray?.querySelectorAll("[data-without-script]") ?? []) button.hidden = true;
document.addEventListener("change", (event) => {
  if (tray && window.htmx && event.target.form === tray) window.htmx.trigger(tray, "pilih");
});

// Suggestions while typing: a combobox over links that the server makes. Without scripts the field is a plain one.
for (const field of document.querySelectorAll("input[data-suggestions]")) {
  const list = document.getElementById(field.getAttribute("aria-controls"));
  let waiting = 0;
  let asked = "";
  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (option) => {
    active()?.setAttribute("aria-selected", "false");
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const ask = async () => {
    const text = field.value.trim();
    if (text === asked && !list.hidden) return;
    asked = text;
    if (text.length < 2) return close();
    const answer = await fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok || field.value.trim() !== text || document.activeElement !== field) return;
    list.innerHTML = await answer.text();
    list.hidden = options().length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.removeAttribute("aria-activedescendant");
  };
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("autocomplete", "off");
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const all = options();
    const at = all.indexOf(active());
    if (event.key === "ArrowDown") mark(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") mark(all[at < 1 ? all.length - 1 : at - 1]);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active()) location.assign(active().dataset.url);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    location.assign(option.dataset.url);
  });
  field.addEventListener("blur", close);
}
