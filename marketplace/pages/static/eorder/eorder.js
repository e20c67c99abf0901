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
