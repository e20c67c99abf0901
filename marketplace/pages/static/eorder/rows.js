// Tables of rows by keyboard: j/k or arrows move, Enter opens (a link's own), x ticks, ? tells. Only inside a table,
// so that no letter typed elsewhere does anything. Without this script rows are links and boxes as they stand.
const keys = document.querySelector("[data-row-keys]");
const told = keys?.querySelector("dialog");
const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]);
const linkOf = (row) => row?.querySelector("a[href]");

const go = (table, from, step) => {
  const rows = rowsOf(table);
  const next = from ? rows.indexOf(from) + step : step > 0 ? 0 : rows.length - 1;
  const link = linkOf(rows[Math.min(Math.max(next, 0), rows.length - 1)]);
  link?.focus();
  link?.closest("tr").scrollIntoView({ block: "nearest" });
};

const acts = {
  j: (table, row) => go(table, row, 1),
  ArrowDown: (table, row) => go(table, row, 1),
  k: (table, row) => go(table, row, -1),
  ArrowUp: (table, row) => go(table, row, -1),
  x: (table, row) => row?.querySelector("input[type=checkbox]")?.click(),
  "?": () => told?.showModal(),
};

for (const table of document.querySelectorAll("table[data-rows]")) {
  (table.closest(".table") ?? table).addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act(table, event.target.closest("tbody tr"));
  });
}

if (keys && document.querySelector("table[data-rows]")) {
  keys.hidden = false;
  keys.querySelector("button").addEventListener("click", () => told.showModal());
}
