"use strict";
// The data of the page, as trees of boxes. Nothing here touches the page, and nothing from the data is ever markup:
// it reaches the page as text only.

const element = id => document.getElementById(id);
const profile = element("profile") && JSON.parse(element("profile").textContent);
const comparison = element("comparison") && JSON.parse(element("comparison").textContent);

// Whose code a function is, by the place of its file (Profile+Origin.swift tells it by the same).
function originOf(one) {
  if (one.isMark) return one.name === "[uncertain]" || one.name === "[unreadable]" ? "uncertain" : "mark";
  const folders = one.file.split("/").slice(0, -1);
  const isLibrary = one.file.startsWith("<frozen") || folders.some((folder, index) =>
    folder === "site-packages" || folder === "dist-packages"
      || (index > 0 && folder.startsWith("python3") && folders[index - 1].startsWith("lib")));
  return isLibrary ? "library" : "application";
}

function scatter(text) {
  let value = 7;
  for (let index = 0; index < text.length; index++) value = (value * 31 + text.charCodeAt(index)) & 0xffff;
  return value;
}

// Functions, and behind them the groups that boxes may be put under.
const functions = (profile || comparison.tree).functions.map(one => ({
  name: one.name, file: one.file, line: one.firstLine, origin: originOf(one), tone: scatter(one.name),
  text: (one.name + "\n" + one.file).toLowerCase(),
}));
const functionCount = functions.length;

const groupings = {
  thread: one => [one.application, one.pid || null, one.name, one.nativeID == null ? null : `(${one.nativeID})`],
  request: one => [one.request == null ? "no request" : one.request],
  process: one => [one.application, one.pid || null],
};
const labelOf = (track, grouping) => groupings[grouping](track).filter(part => part != null).join(" ");

// How the profile can be grouped: only what would tell something apart.
function usefulGroupings() {
  if (!profile) return [];
  return Object.keys(groupings).filter(grouping =>
    new Set(profile.tracks.map(track => labelOf(track, grouping))).size > 1);
}

function makeBox(number, parent) {
  return { number, parent, depth: parent ? parent.depth + 1 : 0, children: [], byNumber: null,
    after: 0, before: 0, ownAfter: 0, ownBefore: 0 };
}

function childOf(parent, number) {
  if (!parent.byNumber) parent.byNumber = new Map();
  let box = parent.byNumber.get(number);
  if (!box) {
    box = makeBox(number, parent);
    parent.byNumber.set(number, box);
    parent.children.push(box);
  }
  return box;
}

// Adds up what lies below each box, and puts children in the order of their names. Without recursion: stacks are deep.
function finish(root) {
  const order = [root];
  for (let index = 0; index < order.length; index++) {
    const box = order[index];
    box.after = box.ownAfter;
    box.before = box.ownBefore;
    box.byNumber = null;
    for (const child of box.children) order.push(child);
  }
  for (let index = order.length - 1; index > 0; index--) {
    order[index].parent.after += order[index].after;
    order[index].parent.before += order[index].before;
  }
  const compare = (a, b) => {
    const first = functions[a.number].name, second = functions[b.number].name;
    return first < second ? -1 : first > second ? 1 : a.number - b.number;
  };
  for (const box of order) if (box.children.length > 1) box.children.sort(compare);
  return root;
}

// The profile's stacks; frames of one function below one caller are one box, whatever their lines.
function treeOfProfile(grouping, picked) {
  functions.length = functionCount;
  const root = makeBox(-1, null), groups = new Map(), places = new Map();
  const labels = profile.tracks.map(track => grouping ? labelOf(track, grouping) : "");
  for (const stack of profile.stacks) {
    const label = labels[stack.track];
    if (picked !== "" && label !== picked) continue;
    let top = root;
    if (grouping && picked === "") {
      if (!groups.has(label)) {
        groups.set(label, functions.length);
        functions.push({ name: label, file: "", line: 0, origin: "group", tone: 0, text: label.toLowerCase() });
      }
      top = childOf(root, groups.get(label));
    }
    if (!places.has(top)) places.set(top, new Map());
    const known = places.get(top), chain = [];
    let next = stack.node, box = top;
    for (; next >= 0; next = profile.nodes[next].parent) {
      if (known.has(next)) { box = known.get(next); break; }
      chain.push(next);
    }
    while (chain.length) {
      next = chain.pop();
      box = childOf(box, profile.locations[profile.nodes[next].location].function);
      known.set(next, box);
    }
    box.ownAfter += stack.nanoseconds;
  }
  return finish(root);
}

function treeOfComparison() {
  const root = makeBox(-1, null), made = [];
  root.ownAfter = comparison.tree.own.after;
  root.ownBefore = comparison.tree.own.before;
  for (const one of comparison.tree.boxes) {
    const parent = one.parent < 0 ? root : made[one.parent], box = makeBox(one.function, parent);
    box.ownAfter = one.own.after;
    box.ownBefore = one.own.before;
    parent.children.push(box);
    made.push(box);
  }
  return finish(root);
}

// Own and total time of each function below a box; once, however often it calls itself.
function functionTable(top) {
  const rows = new Map(), open = new Map(), rest = [top];
  while (rest.length) {
    const box = rest.pop();
    if (box.leaves !== undefined) {
      open.set(box.leaves, open.get(box.leaves) - 1);
      continue;
    }
    if (box.number >= 0) {
      let row = rows.get(box.number);
      if (!row) rows.set(box.number, row = { number: box.number, ownAfter: 0, ownBefore: 0, after: 0, before: 0 });
      row.ownAfter += box.ownAfter;
      row.ownBefore += box.ownBefore;
      const count = open.get(box.number) || 0;
      if (!count) {
        row.after += box.after;
        row.before += box.before;
      }
      open.set(box.number, count + 1);
      rest.push({ leaves: box.number });
    }
    for (const child of box.children) rest.push(child);
  }
  return [...rows.values()].filter(row => functions[row.number].origin !== "group");
}

// The change of a weight: of shares from -1 to 1, or of seconds.
function changeOf(before, after) {
  if (comparison.isAbsolute) return (after - before) / 1e9;
  const share = (part, side) => side.nanoseconds ? part / side.nanoseconds : 0;
  return share(after, comparison.after) - share(before, comparison.before);
}

const seconds = nanoseconds =>
  nanoseconds >= 1e9 ? (nanoseconds / 1e9).toFixed(2) + " s" : (nanoseconds / 1e6).toFixed(1) + " ms";
const percent = (part, whole) => whole ? (100 * part / whole).toFixed(1) + " %" : "-";
function changeText(change) {
  const words = comparison.isAbsolute ? change.toFixed(3) + " s" : (100 * change).toFixed(2) + " %";
  return change > 0 ? "+" + words : words;
}
