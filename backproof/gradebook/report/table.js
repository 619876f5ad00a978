"use strict";

// The table of learners: search, filters, sorting; some rows at a time.

const AT_ONCE = 200;
const FAILED = "fet"; // failed, raised, timed out
const byId = (id) => document.getElementById(id);
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

let records;
let shown = []; // the learners that match, sorted
let rows = AT_ONCE;
const order = { key: "", sign: 1 };

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const points = (value) => String(Math.round(value * 100) / 100);
const address = (learner) => `#learner=${encodeURIComponent(learner.name)}`;
const failedCheck = (learner, check) => FAILED.includes(learner.outcomes[check] || " ");

async function read() {
  const packed = Uint8Array.from(atob(byId("records").textContent), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  records = await new Response(unpacked).json();
  for (const learner of records.learners) {
    learner.isGraded = learner.score !== null;
    learner.text = `${learner.name}\n${learner.problem}`.toLowerCase();
    learner.passed = learner.failed = learner.todo = 0;
    for (const letter of learner.outcomes) {
      if (letter === "p") learner.passed += 1;
      else if (letter === "o") learner.todo += 1;
      else if (letter !== " ") learner.failed += 1;
    }
  }
}

// Learners without a grade have no value in these columns, and come last in either order.
const OF_GRADES = ["score", "percent", "passed", "failed", "todo", "seconds"];
// The first click sorts these in ascending order, the others in descending order.
const UPWARDS = ["name", "submitted"];

function compare(first, second) {
  if (OF_GRADES.includes(order.key) && first.isGraded !== second.isGraded) return first.isGraded ? -1 : 1;
  const [one, other] = [first[order.key], second[order.key]];
  return order.sign * (typeof one === "string" ? collator.compare(one, other) : one - other);
}

function matches(learner) {
  const [check, mistake] = [byId("of-check").value, byId("of-mistake").value];
  const isOfStatus = {
    graded: learner.isGraded,
    problem: !learner.isGraded,
    late: learner.late,
    full: learner.isGraded && learner.score >= learner.most,
  };
  return learner.text.includes(byId("search").value.trim().toLowerCase())
    && (!check || failedCheck(learner, check))
    && (!mistake || learner.mistakes.includes(Number(mistake)))
    && (isOfStatus[byId("of-status").value] ?? true);
}

function row(learner) {
  const number = (text) => element("td", { className: "number", textContent: text });
  const link = element("a", { href: address(learner), textContent: learner.name });
  const figures = learner.isGraded
    ? [points(learner.score), learner.percent.toFixed(1), learner.passed, learner.failed, learner.todo].map(number)
    : [element("td", { colSpan: 5, className: "failed" }, element("div", { className: "reason", textContent: learner.problem }))];
  const submitted = element("td", { textContent: learner.submitted });
  if (learner.late) submitted.append(" ", element("span", { className: "tag", textContent: "late" }));
  const seconds = number(learner.isGraded ? learner.seconds.toFixed(1) : "–");
  return element("tr", {}, element("th", { scope: "row" }, link), ...figures, number(learner.attempts), submitted, seconds);
}

function showRows(from) {
  byId("table").tBodies[0].append(...shown.slice(from, rows).map(row));
  const rest = shown.length - rows;
  byId("more").hidden = rest <= 0;
  byId("more").textContent = `${Math.min(rest, AT_ONCE)} more of ${rest.toLocaleString("en")}`;
}

function showTable() {
  rows = AT_ONCE;
  shown = records.learners.filter(matches);
  if (order.key) shown.sort(compare);
  for (const header of document.querySelectorAll("[data-key]")) {
    if (header.dataset.key === order.key) header.ariaSort = order.sign > 0 ? "ascending" : "descending";
    else header.removeAttribute("aria-sort");
  }
  byId("table").tBodies[0].replaceChildren();
  showRows(0);
  const all = records.learners.length;
  const whole = `${all.toLocaleString("en")} learner${all === 1 ? "" : "s"}`;
  byId("count").textContent = shown.length === all ? whole : `${shown.length.toLocaleString("en")} of ${whole}`;
}

function sortBy(key) {
  order.sign = order.key === key ? -order.sign : UPWARDS.includes(key) ? 1 : -1;
  order.key = key;
  showTable();
}

// Show only the learners who failed a check, or made a mistake.
function showOnly(name, value) {
  byId("filters").reset();
  byId(name).value = value;
  showTable();
  byId("learners").scrollIntoView();
  byId(name).focus({ preventScroll: true });
}

function startTable() {
  byId("filters").addEventListener("input", showTable);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => setTimeout(showTable));
  byId("more").addEventListener("click", () => {
    rows += AT_ONCE;
    showRows(rows - AT_ONCE);
  });
  for (const header of document.querySelectorAll("[data-key]")) {
    header.firstChild.addEventListener("click", () => sortBy(header.dataset.key));
  }
  for (const button of document.querySelectorAll("button[data-check]")) {
    button.addEventListener("click", () => showOnly("of-check", button.dataset.check));
  }
  for (const button of document.querySelectorAll("button[data-mistake]")) {
    button.addEventListener("click", () => showOnly("of-mistake", button.dataset.mistake));
  }
  byId("filters").hidden = byId("table").hidden = false;
  showTable();
}
