// Copyright: (c) 2026, hybrid.jfrog contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// Hides, sorts and moves what is in the page. It makes no text out of data, and asks nobody for anything.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const nodes = [...document.querySelectorAll("#details dd.n")]; // in the order of the rows
  const rows = [...$("fleet").tBodies[0].rows].map((row, place) => ({
    row,
    place,
    name: row.querySelector("a").textContent,
    state: row.cells[1].classList[1],
    country: row.dataset.c,
    tags: `, ${row.cells[5].textContent}, `,
    facts: (row.dataset.f ?? "").split(" "),
    find: `${row.textContent} ${nodes[place].textContent} ${(row.dataset.f ?? "").replaceAll("_", " ")}`.toLowerCase(),
  }));
  const headings = [...document.querySelectorAll("#fleet thead th")];
  const sortable = headings.map((heading) => heading.firstElementChild.dataset.sort);
  const states = [...document.querySelectorAll("[data-state]")];
  const drawer = $("drawer");
  const FEW = 200; // rows that are laid out at once without a wait that is felt; as in the style
  const chosen = { q: "", country: "", tag: "", fact: "", state: new Set(), sort: "state", edge: "", many: false };
  let home = null; // where the Edge's detail that is shown now belongs
  let opener = null;

  // The choices stand in the address, so that a link to what is seen can be given to others.
  function read() {
    const from = new URLSearchParams(location.hash.slice(1));
    for (const name of ["q", "country", "tag", "fact", "edge"]) chosen[name] = from.get(name) ?? "";
    chosen.state = new Set((from.get("state") ?? "").split(",").filter(Boolean));
    const sort = from.get("sort") ?? "";
    chosen.sort = sortable.includes(sort.replace(/^-/, "")) ? sort : "state";
  }

  function address() {
    const parts = [];
    const add = (name, value) => value && parts.push(`${name}=${encodeURIComponent(value)}`);
    for (const name of ["q", "country", "tag", "fact"]) add(name, chosen[name]);
    add("state", [...chosen.state].join(","));
    if (chosen.sort !== "state") add("sort", chosen.sort);
    add("edge", chosen.edge);
    return `#${parts.join("&")}`;
  }

  function write(step = "replaceState") {
    // An anchor of the page itself, such as #calendar, stays until something is chosen.
    if (address() !== "#" || location.hash.includes("=")) history[step](null, "", address());
  }

  function isHit(one) {
    return (
      (!chosen.state.size || chosen.state.has(one.state)) &&
      (!chosen.country || one.country === chosen.country) &&
      (!chosen.tag || one.tags.includes(`, ${chosen.tag}, `)) &&
      (!chosen.fact || one.facts.includes(chosen.fact)) &&
      chosen.q.toLowerCase().split(/\s+/).every((word) => one.find.includes(word))
    );
  }

  function filter() {
    let count = 0;
    for (const one of rows) {
      one.hit = isHit(one);
      count += one.hit;
      one.row.hidden = !one.hit || (count > FEW && !chosen.many);
    }
    $("hits").textContent = count === rows.length ? `All ${count} Edges` : `${count} of ${rows.length} Edges`;
    $("nothing").hidden = count > 0 || rows.length === 0;
    $("rest").hidden = count <= FEW || chosen.many;
    $("many").textContent = `Show all ${count}`;
    for (const button of states) button.setAttribute("aria-pressed", chosen.state.has(button.dataset.state));
    for (const name of ["q", "country", "tag", "fact"]) {
      if ($(name).value !== chosen[name]) $(name).value = chosen[name];
    }
  }

  const byText = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const since = (text) => (text.startsWith("all") ? "" : text); // longer than the history knows
  const days = (text) => (text === "" ? Infinity : text === "ended" ? -1 : text === "today" ? 0 : parseInt(text, 10));

  function sort() {
    const descending = chosen.sort.startsWith("-");
    const name = chosen.sort.replace(/^-/, "");
    const column = sortable.indexOf(name);
    const text = new Map(rows.map((one) => [one, one.row.cells[column].textContent]));
    const compare = {
      state: (a, b) => a.place - b.place,
      end: (a, b) => Math.sign(days(text.get(a)) - days(text.get(b)) || 0),
      since: (a, b) => byText(since(text.get(a)), since(text.get(b))),
    }[name] ?? ((a, b) => !text.get(a) - !text.get(b) || byText(text.get(a), text.get(b)));
    const before = rows.map((one) => one.place).join();
    rows.sort((a, b) => (descending ? -1 : 1) * compare(a, b) || a.place - b.place);
    if (rows.map((one) => one.place).join() !== before) $("fleet").tBodies[0].append(...rows.map((one) => one.row));
    headings.forEach((heading, index) => {
      if (index === column) heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    });
  }

  const shownRows = () => rows.filter((one) => one.hit || one.name === chosen.edge);

  // The detail of an Edge is moved into the drawer, and back where it was: nothing is there twice.
  function show() {
    if (home) home.append($("shown").firstElementChild);
    home = null;
    const article = chosen.edge && $(`edge=${encodeURIComponent(chosen.edge)}`);
    if (!article) {
      chosen.edge = "";
      if (drawer.open) drawer.close();
      return;
    }
    home = article.parentElement;
    $("title").replaceChildren(...home.firstElementChild.cloneNode(true).childNodes);
    $("shown").append(article);
    const list = shownRows();
    const index = list.findIndex((one) => one.name === chosen.edge);
    $("before").disabled = index <= 0;
    $("after").disabled = index === list.length - 1;
    $("position").textContent = `${index + 1} of ${list.length}`;
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
    $("title").focus();
  }

  function step(by) {
    const list = shownRows();
    const next = list[list.findIndex((one) => one.name === chosen.edge) + by];
    if (!next) return;
    chosen.edge = next.name;
    write();
    show();
  }

  function choose() {
    filter();
    write();
  }

  function showAll() {
    Object.assign(chosen, { q: "", country: "", tag: "", fact: "", state: new Set() });
    choose();
  }

  async function copy(button) {
    const command = button.parentElement.querySelector("pre");
    getSelection().selectAllChildren(command);
    let done = false;
    try {
      await navigator.clipboard.writeText(command.textContent);
      done = true;
    } catch {
      done = document.execCommand("copy"); // for a page that came over plain HTTP
    }
    $("told").textContent = done ? "Copied" : "Selected; copy it with your keyboard";
    button.textContent = done ? "Copied" : "Selected";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }

  function useTheme(name) {
    if (name) document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
    $("theme").value = name;
  }

  // A browser may refuse to keep anything for a file.
  const kept = {
    get: () => { try { return localStorage.getItem("theme") ?? ""; } catch { return ""; } },
    set: (name) => { try { localStorage.setItem("theme", name); } catch { /* it lasts as long as the page */ } },
  };

  function tellAge() {
    const minutes = Math.round((Date.now() - Date.parse($("finished").dateTime)) / 60000);
    if (!(minutes >= 1)) return;
    const [size, unit] = minutes < 120 ? [1, "minute"] : minutes < 2880 ? [60, "hour"] : [1440, "day"];
    const age = new Intl.RelativeTimeFormat("en").format(-Math.round(minutes / size), unit);
    $("age").textContent = `, ${age}`;
  }

  function nameCountries() {
    const names = new Intl.DisplayNames("en", { type: "region", fallback: "code" });
    const named = (code) => (/^[A-Z]{2}$/.test(code) && names.of(code) !== code ? `${names.of(code)} (${code})` : code);
    for (const option of $("country").options) if (option.value) {
      option.value = option.value; // keeps the code as the value when the text changes
      option.textContent = named(option.value);
    }
    for (const cell of document.querySelectorAll("td.country")) cell.textContent = named(cell.textContent);
    for (const one of rows) one.find += ` ${named(one.country).toLowerCase()}`;
  }

  for (const one of document.querySelectorAll(".needs-script, .copy")) one.hidden = false;
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;

  let due = 0;
  $("q").addEventListener("input", () => {
    chosen.q = $("q").value;
    cancelAnimationFrame(due);
    due = requestAnimationFrame(choose);
  });
  for (const name of ["country", "tag", "fact"]) $(name).addEventListener("change", () => {
    chosen[name] = $(name).value;
    choose();
  });
  for (const button of states) button.addEventListener("click", () => {
    const name = button.dataset.state;
    if (!chosen.state.delete(name)) chosen.state.add(name);
    choose();
  });
  headings.forEach((heading, index) => heading.firstElementChild.addEventListener("click", () => {
    chosen.sort = chosen.sort === sortable[index] ? `-${sortable[index]}` : sortable[index];
    sort();
    choose();
  }));
  document.querySelector(".filter").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".filter").addEventListener("reset", (event) => {
    event.preventDefault();
    showAll();
  });
  $("all").addEventListener("click", () => {
    showAll();
    $("q").focus();
  });
  $("many").addEventListener("click", () => {
    chosen.many = true;
    filter();
    rows.filter((one) => !one.row.hidden)[FEW].row.querySelector("a").focus();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#edge="]');
    if (link) {
      event.preventDefault();
      if (!drawer.open) opener = link;
      chosen.edge = new URLSearchParams(link.getAttribute("href").slice(1)).get("edge");
      write("pushState");
      show();
    }
    const place = event.target.closest("a[data-q]");
    if (place) {
      showAll();
      Object.assign(chosen, { country: place.dataset.country, q: place.dataset.q.toLowerCase() });
      choose();
    }
    if (event.target.matches(".copy")) copy(event.target);
  });
  $("before").addEventListener("click", () => step(-1));
  $("after").addEventListener("click", () => step(1));
  $("close").addEventListener("click", () => drawer.close());
  drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
  drawer.addEventListener("close", () => {
    if (chosen.edge) {
      chosen.edge = "";
      write();
      show();
    }
    if (opener) opener.focus();
    opener = null;
  });
  $("theme").addEventListener("change", () => {
    useTheme($("theme").value);
    kept.set($("theme").value);
  });
  addEventListener("hashchange", () => {
    if (location.hash.length > 1 && !location.hash.includes("=")) return;
    read();
    sort();
    filter();
    show();
  });

  useTheme(kept.get());
  tellAge();
  nameCountries();
  read();
  sort();
  filter();
  document.documentElement.classList.add("ready");
  show();
})();
