// What the page shows around the graph, and what the mouse and the keys do.

function refresh(isNewPlace) {
  layOut(element("graph").clientWidth);
  paint();
  if (isNewPlace) {
    element("graph").scrollTop = state.isIcicle ? 0 : element("graph").scrollHeight;
    paint();
  }
  const whole = state.zoomed[state.side];
  element("found").textContent = state.query === "" ? ""
    : `${percent(foundWeight(), whole)} of ${seconds(whole)}`;
  element("turn").textContent = state.isIcicle ? "Flame" : "Icicle";
  element("reset").disabled = state.zoomed === state.root;
  showTrail();
  showSelected();
  showTable();
  remember();
}

function zoom(box) {
  state.zoomed = box;
  state.selected = box;
  refresh(true);
}

function showTrail() {
  const path = pathTo(state.zoomed);
  element("trail").replaceChildren(...path.map((box, index) => {
    if (index === path.length - 1) return document.createTextNode(path.length > 1 ? nameOf(box) : "");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = nameOf(box);
    button.onclick = () => zoom(box);
    return button;
  }).flatMap((part, index) => index ? [document.createTextNode("›"), part] : [part]));
}

function showSelected() { element("detail").textContent = state.selected ? describe(state.selected).join(" · ") : ""; }

// MARK: The table

const columns = comparison
  ? [["Own before", row => row.ownBefore], ["Own after", row => row.ownAfter],
    ["Own change", row => Math.abs(changeOf(row.ownBefore, row.ownAfter))],
    ["Total change", row => Math.abs(changeOf(row.before, row.after))]]
  : [["Own", row => row.ownAfter], ["Total", row => row.after]];
let sorting = { column: comparison ? 2 : 0, isUp: false };
const rowLimit = 200;

function showColumns() {
  element("columns").replaceChildren(...columns.map(([title], index) => {
    const cell = document.createElement("th"), button = document.createElement("button");
    const isThis = sorting.column === index;
    cell.scope = "col";
    cell.setAttribute("aria-sort", isThis ? (sorting.isUp ? "ascending" : "descending") : "none");
    button.type = "button";
    button.textContent = title + (isThis ? (sorting.isUp ? " ▲" : " ▼") : "");
    button.onclick = () => {
      sorting = { column: index, isUp: isThis && !sorting.isUp };
      showTable();
    };
    cell.append(button);
    return cell;
  }), ...["Function", "File"].map((title, index) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.className = index ? "file" : "name";
    cell.textContent = title;
    return cell;
  }));
}

function showTable() {
  showColumns();
  const value = columns[sorting.column][1], way = sorting.isUp ? 1 : -1;
  const all = functionTable(state.zoomed).filter(row => state.query === "" || found[row.number])
    .sort((a, b) => way * (value(a) - value(b)) || b.after - a.after);
  element("heading").textContent = state.zoomed === state.root ? "Functions" : `Functions below ${nameOf(state.zoomed)}`;
  element("rows").replaceChildren(...all.slice(0, rowLimit).map(tableRow));
  element("rest").textContent = all.length > rowLimit ? `and ${all.length - rowLimit} more functions` : "";
}

function tableRow(row) {
  const line = document.createElement("tr"), one = functions[row.number], root = state.root;
  const add = (text, kind) => {
    const cell = document.createElement("td");
    cell.textContent = text;
    if (kind) cell.className = kind;
    line.append(cell);
    return cell;
  };
  if (comparison) {
    add(percent(row.ownBefore, root.before));
    add(percent(row.ownAfter, root.after));
    for (const [before, after] of [[row.ownBefore, row.ownAfter], [row.before, row.after]]) {
      const change = changeOf(before, after);
      add(changeText(change), change > 0 ? "more" : change < 0 ? "less" : "");
    }
  } else {
    add(`${percent(row.ownAfter, state.zoomed.after)}  ${seconds(row.ownAfter)}`);
    add(`${percent(row.after, state.zoomed.after)}  ${seconds(row.after)}`);
  }
  const name = add("", "name"), button = document.createElement("button");
  button.type = "button";
  button.textContent = name.title = one.name;
  button.onclick = () => {
    element("search").value = one.name;
    search(one.name);
    refresh(false);
  };
  name.append(button);
  const file = add("", "file"), place = document.createElement("bdi");
  place.textContent = file.title = one.file && one.line ? `${one.file}:${one.line}` : one.file;
  file.append(place);
  return line;
}

// MARK: Choices

function build() {
  state.root = profile ? treeOfProfile(state.grouping, state.picked) : treeOfComparison();
  state.zoomed = state.root;
  state.selected = null;
  search(element("search").value);
}

function showChoices() {
  const useful = usefulGroupings();
  element("group").replaceChildren(new Option("everything", ""), ...useful.map(one => new Option(one, one)));
  element("grouping").hidden = !useful.length;
  element("group").value = state.grouping;
  const labels = state.grouping
    ? [...new Set(profile.tracks.map(track => labelOf(track, state.grouping)))].sort() : [];
  element("pick").replaceChildren(new Option(`all of ${labels.length}`, ""), ...labels.map(one => new Option(one, one)));
  element("pick").hidden = !labels.length;
  element("pick").value = state.picked;
  element("widths").hidden = !comparison;
  element("side").value = state.side;
}

function showLegend() {
  const entries = comparison
    ? [["hsl(4 90% 70%)", "more than before"], ["hsl(217 90% 70%)", "less"], ["#e3e6ea", "the same"]]
    : [["hsl(28 85% 64%)", "the application"], ["hsl(200 45% 74%)", "libraries"], ["#b8c0ca", "threads and marks"],
      ["repeating-linear-gradient(135deg, #d8b4fe 0 3px, #a855f7 3px 6px)", "uncertain: as far as it could be trusted"]];
  entries.push(["#9d17f0", "found"]);
  element("legend").replaceChildren(...entries.map(([colour, words]) => {
    const entry = document.createElement("span"), patch = document.createElement("i");
    patch.style.background = colour;
    entry.append(patch, words);
    return entry;
  }));
}

// The view is in the address: what is seen can be kept as a bookmark.
function remember() {
  const view = new URLSearchParams();
  if (state.grouping !== defaultGrouping()) view.set("by", state.grouping);
  if (state.picked !== "") view.set("pick", state.picked);
  if (state.query !== "") view.set("search", element("search").value);
  if (state.isIcicle) view.set("view", "icicle");
  if (state.side !== "after") view.set("side", state.side);
  if (state.zoomed !== state.root) view.set("zoom", pathTo(state.zoomed).slice(1).map(box => box.number).join("."));
  try { history.replaceState(null, "", "#" + view); } catch { /* Some viewers give a page no address. */ }
}

const defaultGrouping = () => usefulGroupings().includes("thread") ? "thread" : "";

function recall() {
  const view = new URLSearchParams(location.hash.slice(1));
  const grouping = view.has("by") ? view.get("by") : defaultGrouping();
  state.grouping = usefulGroupings().includes(grouping) ? grouping : "";
  const picked = view.get("pick") || "";
  const isKnown = state.grouping && profile.tracks.some(track => labelOf(track, state.grouping) === picked);
  state.picked = isKnown ? picked : "";
  state.isIcicle = view.get("view") === "icicle";
  state.side = comparison && view.get("side") === "before" ? "before" : "after";
  element("search").value = view.get("search") || "";
  build();
  for (const number of (view.get("zoom") || "").split(".").filter(part => part !== "")) {
    const next = state.zoomed.children.find(child => child.number === Number(number));
    if (!next) break;
    state.zoomed = next;
  }
}

// MARK: Keys and mouse

function move(key) {
  const box = state.selected || state.zoomed, side = state.side;
  const siblings = box.parent ? box.parent.children.filter(one => one[side] > 0) : [box];
  const place = siblings.indexOf(box), inwards = state.isIcicle ? "ArrowDown" : "ArrowUp";
  let next;
  if (key === "ArrowLeft") next = siblings[place - 1];
  else if (key === "ArrowRight") next = siblings[place + 1];
  else if (key === inwards) next = box.children.reduce((most, one) => !most || one[side] > most[side] ? one : most, null);
  else next = box.parent;
  if (!next || next[side] === 0) next = box;
  state.selected = next;
  // What lies outside of the zoom is reached by leaving it.
  if (!pathTo(next).includes(state.zoomed)) return zoom(next);
  const graph = element("graph"), row = rows.findIndex(row => row.some(place => place.box === next));
  if (row >= 0) {
    const top = topOf(row);
    if (top < graph.scrollTop) graph.scrollTop = top;
    if (top + rowHeight > graph.scrollTop + graph.clientHeight) graph.scrollTop = top + rowHeight - graph.clientHeight;
  }
  paint();
  showSelected();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement.tagName);
  const isOnGraph = document.activeElement === element("graph");
  if (event.key === "Escape") {
    if (element("search").value !== "") {
      element("search").value = "";
      search("");
      refresh(false);
    } else {
      zoom(state.root);
    }
    if (isTyping) element("graph").focus();
    return;
  }
  if (isTyping) return;
  if (event.key === "/") element("search").focus();
  else if (event.key === "?") element("keys").click();
  else if (event.key === "f") element("turn").click();
  else if (event.key === "t") element("table").focus();
  else if (isOnGraph && event.key.startsWith("Arrow")) move(event.key);
  else if (isOnGraph && event.key === "Enter" && state.selected) zoom(state.selected);
  else if (isOnGraph && event.key === "Backspace" && state.zoomed.parent) zoom(state.zoomed.parent);
  else return;
  event.preventDefault();
}

function hover(event) {
  const tip = element("tip"), box = boxAt(event.clientX, event.clientY);
  tip.hidden = !box;
  if (!box) return;
  tip.textContent = describe(box).join("\n");
  tip.style.left = Math.max(4, Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8)) + "px";
  tip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8)) + "px";
}

function start() {
  recall();
  showChoices();
  showLegend();
  const choose = change => { change(); build(); showChoices(); refresh(true); };
  element("group").onchange = event => choose(() => { state.grouping = event.target.value; state.picked = ""; });
  element("pick").onchange = event => choose(() => { state.picked = event.target.value; });
  element("side").onchange = event => { state.side = event.target.value; refresh(true); };
  element("search").oninput = event => { search(event.target.value); refresh(false); };
  element("turn").onclick = () => { state.isIcicle = !state.isIcicle; refresh(true); };
  element("reset").onclick = () => zoom(state.root);
  element("keys").onclick = () => {
    element("help").hidden = !element("help").hidden;
    element("keys").setAttribute("aria-expanded", String(!element("help").hidden));
  };
  const canvas = element("canvas");
  canvas.onclick = event => {
    const box = boxAt(event.clientX, event.clientY);
    if (box) zoom(box);
  };
  canvas.onmousemove = hover;
  canvas.onmouseleave = () => { element("tip").hidden = true; };
  element("graph").onscroll = () => { element("tip").hidden = true; paint(); };
  isDark.addEventListener("change", () => { stripes = null; paint(); });
  addEventListener("resize", () => { stripes = null; refresh(false); });
  addEventListener("keydown", press);
  refresh(true);
}
start();
