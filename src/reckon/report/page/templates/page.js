"use strict";
// The page is complete without this script: it adds sorting, a filter, and opens what a link leads into.

// A sort key of a cell: its data-sort, or its text; numbers as numbers, nothing as nothing.
function key(row, column) {
  const cell = row.cells[column];
  const text = (cell.dataset.sort ?? cell.textContent).trim();
  const number = Number(text.replaceAll(",", "").replace("−", "-").replace(/[%x]$/, ""));
  return { text, number: text === "" || Number.isNaN(number) ? null : number };
}

// Numbers before texts, empty cells last in both directions.
function compare(a, b, sign) {
  if (a.text === "" || b.text === "") return (a.text === "") - (b.text === "");
  if (a.number !== null && b.number !== null) return sign * (a.number - b.number);
  if (a.number !== null || b.number !== null) return sign * ((a.number === null) - (b.number === null));
  return sign * a.text.localeCompare(b.text, "en", { numeric: true });
}

function sortable(table) {
  const body = table.tBodies[0];
  const filed = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")] ?? "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (next === "none") {
        body.append(...filed);
        return;
      }
      head.setAttribute("aria-sort", next);
      const keyed = filed.map((row) => [key(row, column), row]);
      const sign = next === "ascending" ? 1 : -1;
      body.append(...keyed.sort((a, b) => compare(a[0], b[0], sign)).map((pair) => pair[1]));
    });
  });
}

// Rows of one verdict only, and the tables that have any.
function show(verdict) {
  document.querySelectorAll("section.reported").forEach((section) => {
    const rows = [...section.querySelectorAll("tr[data-verdict]")];
    rows.forEach((row) => { row.hidden = verdict !== "" && row.dataset.verdict !== verdict; });
    section.hidden = rows.every((row) => row.hidden);
  });
}

// A link into a closed part opens it; older browsers do not do so by themselves.
function reveal() {
  const found = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!found) return;
  let closed = found.closest("[hidden]") !== null;
  if (closed) {
    choice.value = "";
    show("");
  }
  for (let part = found.closest("details:not([open])"); part; part = found.closest("details:not([open])")) {
    part.open = closed = true;
  }
  if (closed) found.scrollIntoView();
}

const choice = document.querySelector("#filter select");
document.getElementById("filter").hidden = false;
choice.addEventListener("change", () => show(choice.value));
choice.value = "";
document.querySelectorAll("table.sortable").forEach(sortable);
addEventListener("hashchange", reveal);
reveal();
addEventListener("beforeprint", () => document.querySelectorAll("main details").forEach((part) => { part.open = true; }));
if (matchMedia("(max-width: 72rem)").matches) document.querySelector(".contents details").open = false;
