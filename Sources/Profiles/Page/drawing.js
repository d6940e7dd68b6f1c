// The graph: a canvas as large as what is seen of it, within a box that scrolls. Boxes narrower than a fraction of a
// pixel are left out together with all that is below them, so that a wide profile costs no more than the screen has room
// for.

const rowHeight = 19, narrowest = 0.4;
const isDark = matchMedia("(prefers-color-scheme: dark)");
const state = { root: null, zoomed: null, selected: null, query: "", isIcicle: false, side: "after",
  grouping: "", picked: "" };
let found = [], rows = [], stripes = null;

const nameOf = box => box.number < 0 ? "all" : functions[box.number].name;
const isFound = box => state.query !== "" && box.number >= 0 && found[box.number];
const pathTo = box => {
  const path = [];
  for (let up = box; up; up = up.parent) path.unshift(up);
  return path;
};

function search(text) {
  state.query = text.trim().toLowerCase();
  found = functions.map(one => state.query !== "" && one.text.includes(state.query));
}

// What of the zoomed box is below boxes that were found; each once.
function foundWeight() {
  let sum = 0;
  const rest = [state.zoomed];
  while (rest.length) {
    const box = rest.pop();
    if (isFound(box)) sum += box[state.side]; else for (const child of box.children) rest.push(child);
  }
  return sum;
}

function changeColour(box) {
  const change = changeOf(box.before, box.after);
  const whole = comparison.isAbsolute ? Math.max(state.root.before, state.root.after) / 1e9 : 1;
  // The square root shows small changes; a tenth of everything is full colour.
  const strength = whole ? Math.min(1, Math.sqrt(Math.abs(change) / whole * 10)) : 0;
  return strength < 0.02 ? "#e3e6ea" : `hsl(${change > 0 ? 4 : 217} 90% ${Math.round(93 - strength * 33)}%)`;
}

function colour(box, pen) {
  if (isFound(box)) return "#9d17f0";
  if (comparison && box.number >= 0) return changeColour(box);
  const one = functions[box.number];
  switch (one ? one.origin : "mark") {
    case "application": return `hsl(${14 + one.tone % 36} ${78 + one.tone % 17}% ${60 + one.tone % 10}%)`;
    case "library": return `hsl(${188 + one.tone % 34} ${38 + one.tone % 18}% ${68 + one.tone % 12}%)`;
    case "uncertain": return stripes || (stripes = stripePattern(pen));
    default: return "#b8c0ca";
  }
}

function stripePattern(pen) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const brush = tile.getContext("2d");
  brush.fillStyle = "#d8b4fe";
  brush.fillRect(0, 0, 8, 8);
  brush.strokeStyle = "#a855f7";
  brush.lineWidth = 3;
  for (const shift of [-8, 0, 8]) {
    brush.beginPath();
    brush.moveTo(shift - 2, 10);
    brush.lineTo(shift + 10, -2);
    brush.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

// Where each box is: rows from the outermost, each a list from left to right.
function layOut(width) {
  rows = pathTo(state.zoomed).slice(0, -1).map(box => [{ box, left: 0, width, isPath: true }]);
  const first = rows.length, rest = [{ box: state.zoomed, left: 0, width, row: first }];
  while (rest.length) {
    const { box, left, width, row } = rest.pop();
    if (width < narrowest) continue;
    (rows[row] = rows[row] || []).push({ box, left, width, isPath: false });
    const scale = box[state.side] ? width / box[state.side] : 0, parts = [];
    let next = left;
    for (const child of box.children) {
      const part = child[state.side] * scale;
      if (part >= narrowest) parts.push({ box: child, left: next, width: part, row: row + 1 });
      next += part;
    }
    while (parts.length) rest.push(parts.pop());
  }
}

const topOf = row => (state.isIcicle ? row : rows.length - 1 - row) * rowHeight;

function paint() {
  const graph = element("graph"), canvas = element("canvas"), scale = devicePixelRatio || 1;
  const width = graph.clientWidth, whole = rows.length * rowHeight;
  const height = Math.min(whole, Math.round(innerHeight * 0.68));
  element("tall").style.height = whole + "px";
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = height + "px";
  const pen = canvas.getContext("2d"), from = graph.scrollTop;
  pen.scale(scale, scale);
  pen.translate(0, -from);
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  for (let row = 0; row < rows.length; row++) {
    const top = topOf(row);
    if (top + rowHeight < from || top > from + height) continue;
    for (const place of rows[row]) paintBox(pen, place, top);
  }
  element("graph").dataset.boxes = rows.reduce((sum, row) => sum + row.length, 0);
}

function paintBox(pen, place, top) {
  const { box, left, width, isPath } = place;
  pen.globalAlpha = isPath ? 0.45 : state.query !== "" && !isFound(box) ? 0.55 : 1;
  pen.fillStyle = colour(box, pen);
  pen.fillRect(left, top, Math.max(width - 0.6, narrowest), rowHeight - 1);
  pen.globalAlpha = 1;
  if (width > 30) {
    const room = Math.floor((width - 8) / 6.2), name = nameOf(box);
    const isLight = isFound(box) || (isDark.matches && (isPath || (state.query !== "" && !isFound(box))));
    pen.fillStyle = isLight ? "#fff" : "#17191d";
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width - 4, rowHeight);
    pen.clip();
    pen.fillText(name.length > room ? name.slice(0, Math.max(room - 1, 1)) + "…" : name, left + 4, top + rowHeight / 2);
    pen.restore();
  }
  if (box === state.selected) {
    pen.strokeStyle = isDark.matches ? "#fff" : "#000";
    pen.lineWidth = 2;
    pen.strokeRect(left + 1, top + 1, Math.max(width - 2.6, 1), rowHeight - 3);
  }
}

// The box under a place of the window; undefined where there is none.
function boxAt(x, y) {
  const area = element("canvas").getBoundingClientRect();
  const down = y - area.top + element("graph").scrollTop, across = x - area.left;
  const line = Math.floor(down / rowHeight), row = rows[state.isIcicle ? line : rows.length - 1 - line];
  const place = row && row.find(({ left, width }) => across >= left && across < left + width);
  return place && place.box;
}

function describe(box) {
  const one = functions[box.number], root = state.root;
  const lines = [nameOf(box)];
  if (one && one.file) lines.push(one.line ? `${one.file}:${one.line}` : one.file);
  if (one && one.origin === "uncertain") lines.push("the stack changed while it was read: only what is above was proven");
  if (!comparison) {
    lines.push(`total ${seconds(box.after)}, ${percent(box.after, root.after)}; own ${seconds(box.ownAfter)}, `
      + percent(box.ownAfter, root.after));
    if (state.zoomed !== root) lines.push(`${percent(box.after, state.zoomed.after)} of ${nameOf(state.zoomed)}`);
    return lines;
  }
  for (const [title, before, after] of [["total", box.before, box.after], ["own", box.ownBefore, box.ownAfter]]) {
    lines.push(`${title}: ${seconds(before)}, ${percent(before, root.before)} before; ${seconds(after)}, `
      + `${percent(after, root.after)} after; ${changeText(changeOf(before, after))}`);
  }
  return lines;
}
