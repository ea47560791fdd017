// What a script makes nicer in the admin. Every page works without it.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- navigation: folded on a phone ---

const menu = document.querySelector(".side .menu");
if (menu && matchMedia("(min-width: 900px)").matches) menu.open = true;
const filters = document.querySelector(".filter-box");
if (filters && matchMedia("(min-width: 1100px)").matches) filters.open = true;

// --- lists: tick all, say how many ---

const list = document.querySelector("#changelist-form");
if (list) {
  const ticks = all(".tick-one", list);
  const tickAll = list.querySelector(".tick-all");
  const count = () => {
    const ticked = ticks.filter((tick) => tick.checked).length;
    for (const place of all(".ticked", list)) {
      place.textContent = ticked === 0 ? "" :
        place.dataset.text.replace("%(sel)s", ticked).replace("%(cnt)s", ticks.length);
    }
    if (!tickAll) return;
    tickAll.checked = ticked > 0 && ticked === ticks.length;
    tickAll.indeterminate = ticked > 0 && ticked < ticks.length;
  };
  if (tickAll) {
    tickAll.hidden = ticks.length === 0;
    tickAll.addEventListener("change", () => {
      for (const tick of ticks) tick.checked = tickAll.checked;
      count();
    });
  }
  let last = null;
  for (const tick of ticks) {
    tick.addEventListener("click", (event) => {
      if (event.shiftKey && last !== null) {
        const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
        for (const between of ticks.slice(from, to + 1)) between.checked = tick.checked;
      }
      last = tick;
      count();
    });
  }
  window.addEventListener("pageshow", count);
}

// --- popups: a window that gives a row back to the field that asked for it ---

const opened = new Map();
function openPopup(link, input) {
  const name = `admin-${Date.now()}`;
  const address = new URL(link.href);
  address.searchParams.set("_popup", "1");
  const popup = window.open(address.href, name, "width=900,height=700,resizable=yes,scrollbars=yes");
  if (!popup) return false;
  opened.set(name, input);
  popup.focus();
  return true;
}

// The opener's own function, since both windows are of one origin.
window.adminPopupDone = (name, result) => {
  const input = opened.get(name);
  opened.delete(name);
  if (input) take(input, result);
};

function take(input, {action, value, text, oldValue}) {
  if (input.pick) {
    input.pick(action === "delete" ? null : {id: value, text}, oldValue);
  } else if (input.tagName === "SELECT") {
    const old = [...input.options].find((option) => option.value === (oldValue ?? value));
    if (action === "delete") old?.remove();
    else if (old) Object.assign(old, {value, text});
    else input.add(new Option(text, value, true, true));
  } else {
    input.value = action === "delete" ? "" : value;
  }
  input.dispatchEvent(new Event("change", {bubbles: true}));
}

function tellOpener(result) {
  if (!window.opener?.adminPopupDone) return false;
  window.opener.adminPopupDone(window.name, result);
  window.close();
  return true;
}
const answer = document.querySelector("#popup-result");
if (answer) tellOpener(JSON.parse(answer.dataset.popup));
for (const link of all("a[data-popup-pick]")) {
  link.addEventListener("click", (event) => {
    if (tellOpener({action: "choose", value: link.dataset.popupPick, text: link.dataset.popupText})) event.preventDefault();
  });
}

function setUpPopups(within) {
  for (const link of all("a[data-popup]", within)) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      const input = document.getElementById(link.dataset.popup);
      if (input && openPopup(link, input)) event.preventDefault();
    });
  }
}

// --- keys that are searched for by typing ---

let pickers = 0;
function makePicker(input) {
  const {autocomplete: address, texts, label} = input.dataset;
  const many = "many" in input.dataset;
  const known = JSON.parse(texts || "{}");
  const box = document.createElement("div");
  const search = document.createElement("input");
  const options = document.createElement("ul");
  const chips = document.createElement("ul");
  const id = `pick-${pickers += 1}`;
  box.className = "pick";
  chips.className = "chips";
  options.id = id;
  options.setAttribute("role", "listbox");
  options.setAttribute("aria-label", label);
  options.hidden = true;
  Object.assign(search, {type: "text", autocomplete: "off"});
  for (const [name, value] of Object.entries({role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list"})) search.setAttribute(name, value);
  search.setAttribute("aria-label", label);
  if (input.getAttribute("aria-describedby")) search.setAttribute("aria-describedby", input.getAttribute("aria-describedby"));
  const values = () => input.value.split(",").map((key) => key.trim()).filter(Boolean);
  const show = () => {
    if (!many) {
      search.value = input.value ? known[input.value] ?? input.value : "";
      return;
    }
    chips.replaceChildren(...values().map((key) => {
      const chip = document.createElement("li");
      const away = document.createElement("button");
      chip.textContent = known[key] ?? key;
      Object.assign(away, {type: "button", textContent: "×"});
      away.setAttribute("aria-label", `× ${known[key] ?? key}`);
      away.addEventListener("click", () => { input.value = values().filter((other) => other !== key).join(","); show(); search.focus(); });
      chip.append(away);
      return chip;
    }));
  };
  let found = [];
  let at = -1;
  const close = () => { options.hidden = true; search.setAttribute("aria-expanded", "false"); search.removeAttribute("aria-activedescendant"); };
  const mark = (index) => {
    at = index;
    [...options.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) { search.setAttribute("aria-activedescendant", options.children[at].id); options.children[at].scrollIntoView({block: "nearest"}); }
  };
  const choose = ({id: key, text}) => {
    known[key] = text;
    input.value = many ? [...new Set([...values(), key])].join(",") : key;
    if (many) search.value = "";
    show();
    close();
    input.dispatchEvent(new Event("change", {bubbles: true}));
  };
  input.pick = (row, oldValue) => {
    if (row) { choose(row); return; }
    input.value = values().filter((key) => key !== String(oldValue)).join(",");
    show();
  };
  let asked = 0;
  const ask = async () => {
    const number = asked += 1;
    const url = new URL(address, location.href);
    url.searchParams.set("term", search.value);
    const response = await fetch(url, {headers: {Accept: "application/json"}});
    if (!response.ok || number !== asked) return;
    found = (await response.json()).results;
    options.replaceChildren(...found.map((row, i) => {
      const option = document.createElement("li");
      option.setAttribute("role", "option");
      option.id = `${id}-${i}`;
      option.textContent = row.text;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(row); });
      return option;
    }));
    options.hidden = found.length === 0;
    search.setAttribute("aria-expanded", String(found.length > 0));
    mark(-1);
  };
  let waiting;
  search.addEventListener("input", () => {
    if (!many && search.value === "") input.value = "";
    clearTimeout(waiting);
    waiting = setTimeout(ask, 180);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (options.hidden) { ask(); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((at + step + found.length) % found.length);
    } else if (event.key === "Enter" && !options.hidden && at >= 0) {
      event.preventDefault();
      choose(found[at]);
    } else if (event.key === "Escape" && !options.hidden) {
      event.preventDefault();
      close();
      show();
    }
  });
  search.addEventListener("blur", () => { close(); show(); });
  if (many) box.append(chips);
  box.append(search, options);
  input.type = "hidden";
  input.before(box);
  const heading = input.id && document.querySelector(`label[for="${input.id}"]`);
  if (heading) { search.id = `${input.id}-search`; heading.htmlFor = search.id; }
  for (const extra of all(".without-script", input.parentElement)) extra.hidden = true;
  show();
}

// --- many choices in one select: a box to filter them ---

function makeChooser(select) {
  const box = document.createElement("div");
  const search = document.createElement("input");
  box.className = "choose";
  search.type = "search";
  search.setAttribute("aria-label", `${select.dataset.filter}: ${document.querySelector(`label[for="${select.id}"]`)?.textContent ?? ""}`);
  search.placeholder = select.dataset.filter;
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const option of select.options) {
      option.hidden = !option.selected && words.some((word) => !option.text.toLowerCase().includes(word));
    }
  });
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  // A click adds or takes away; without this it would drop all others.
  select.addEventListener("mousedown", (event) => {
    if (event.target.tagName !== "OPTION") return;
    event.preventDefault();
    const top = select.scrollTop;
    event.target.selected = !event.target.selected;
    select.focus();
    setTimeout(() => { select.scrollTop = top; });
    select.dispatchEvent(new Event("change", {bubbles: true}));
  });
  select.before(box);
  box.append(search, select);
}

// --- slugs made of other fields ---

const slugify = (text, max) => text.normalize("NFKD").replace(/[^\p{ASCII}]/gu, "").toLowerCase()
  .replace(/[^\w\s-]/g, "").trim().replace(/[-\s]+/g, "-").replace(/^[-_]+|[-_]+$/g, "").slice(0, max);

function setUpPrepopulated(form, rules, prefix) {
  for (const {field, sources, max} of rules) {
    const target = form.elements[prefix + field];
    const from = sources.map((name) => form.elements[prefix + name]).filter(Boolean);
    if (!target || target.value !== "" || target.dataset.prepopulated) continue;
    target.dataset.prepopulated = "1";
    let touched = false;
    target.addEventListener("input", () => { touched = target.value !== ""; });
    for (const source of from) {
      source.addEventListener("input", () => {
        if (!touched) target.value = slugify(from.map((part) => part.value).join(" "), max || 50);
      });
    }
  }
}

// --- inlines: another row ---

function setUpInline(box) {
  const button = box.querySelector(".add-row");
  const template = box.querySelector(".template");
  const total = box.querySelector(`[name="${box.dataset.inline}-TOTAL_FORMS"]`);
  if (!button || !template || !total) return;
  const max = Number(box.dataset.max);
  const update = () => { button.hidden = Number(total.value) >= max; };
  button.addEventListener("click", () => {
    const index = Number(total.value);
    const row = template.cloneNode(true);
    row.hidden = false;
    row.classList.replace("template", "new");
    const number = (text) => text.replaceAll("__prefix__", index);
    row.dataset.form = number(row.dataset.form);
    for (const element of all("*", row)) {
      for (const attribute of [...element.attributes]) {
        if (attribute.value.includes("__prefix__")) attribute.value = number(attribute.value);
      }
      if ("disabled" in element) element.disabled = false;
    }
    template.before(row);
    total.value = index + 1;
    setUp(row);
    update();
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
  update();
}

function setUp(within) {
  setUpPopups(within);
  for (const input of all("input[data-autocomplete]", within)) {
    if (!input.pick && !input.closest(".template")) makePicker(input);
  }
  for (const select of all("select[data-filter]", within)) if (!select.closest(".choose")) makeChooser(select);
}

setUp(document);
for (const box of all("[data-inline]")) setUpInline(box);
const form = document.querySelector("form[data-prepopulated]");
if (form?.dataset.prepopulated) {
  for (const [prefix, rules] of Object.entries(JSON.parse(form.dataset.prepopulated))) setUpPrepopulated(form, rules, prefix);
}
document.querySelector(".errornote[role=alert]")?.scrollIntoView({block: "center"});
