// The report of one learner, in a dialog with the address #learner=NAME.

const MOST_OPEN = 3;
const OUTCOMES = { f: ["failed", "✗ failed"], e: ["error", "! raised"], t: ["timeout", "⏱ timed out"] };
const dialog = byId("report");

const text = (tag, value, className = "") => element(tag, { textContent: value, className });
const several = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`;

function bar(passed, todo, failed) {
  const made = element("div", { className: "bar", role: "img", ariaLabel: `${passed} passed, ${todo} to do, ${failed} failed` });
  for (const [part, count] of Object.entries({ passed, todo, failed })) {
    if (!count) continue;
    const piece = element("i", { className: part });
    piece.style.flexGrow = count;
    made.append(piece);
  }
  return made;
}

function topics(learner) {
  const counts = new Map(Object.keys(learner.points).map((module) => [module, { p: 0, o: 0, f: 0 }]));
  [...learner.outcomes].forEach((letter, place) => {
    const count = counts.get(records.checks[place].module);
    if (letter !== " ") count[FAILED.includes(letter) ? "f" : letter] += 1;
  });
  const lines = [...counts].map(([module, count]) => {
    const [earned, most] = learner.points[module];
    return element("tr", {}, element("th", { scope: "row", textContent: module }),
      element("td", {}, bar(count.p, count.o, count.f)),
      text("td", `${points(earned)} of ${points(most)} points`, "number faint"));
  });
  return element("table", { className: "topics" }, element("tbody", {}, ...lines));
}

function named(check) {
  const place = element("span", { className: "place faint" }, text("code", check.id));
  if (check.hidden) place.append(" ", text("span", "hidden", "tag"));
  return place;
}

function labelled(label, value, tag = "pre") {
  if (!value) return [];
  const body = text(tag, value, tag === "p" ? "text" : "");
  if (tag === "pre") body.tabIndex = 0;
  return [text("h3", label), body];
}

function cause(learner, { check: place, failure: failurePlace, others }, isOpen) {
  const [check, failure] = [records.checks[place], records.failures[failurePlace]];
  const [className, word] = OUTCOMES[learner.outcomes[place]];
  const [hint, reading] = (failure.hint ?? "").split("Read: ");
  const listed = others.map((other) => element("li", {}, `${records.checks[other].property} `, named(records.checks[other])));
  return element("details", { className: "check", open: isOpen },
    element("summary", {}, text("b", word, className), ` ${check.property}`, named(check)),
    element("div", { className: "body" },
      ...labelled("Try this", failure.counterexample),
      ...labelled("What happened", failure.message, "p"),
      ...labelled("Expected", failure.expected),
      ...labelled("Got", failure.got),
      ...failure.diagnosis.map(({ says }) => element("p", { className: "said" }, text("b", "It matches a known mistake: "), says)),
      ...labelled("Hint", hint, "p"),
      ...labelled("Read", reading, "p"),
      ...labelled("Run this check alone", learner.command && `${learner.command} --check ${quoted(check.id)}`),
      ...(listed.length ? [text("h3", `The same in ${listed.length} more`), element("ul", {}, ...listed)] : [])));
}

function graded(learner) {
  const parts = [element("p", { className: "score" }, text("b", points(learner.score)), ` of ${points(learner.most)} points `,
    text("span", `(${learner.percent.toFixed(1)} %)`, "faint"))];
  if (learner.note) parts.push(text("p", `Not finished: ${learner.note}.`, "notice"));
  parts.push(topics(learner));
  if (learner.causes.length) parts.push(text("h2", "Failed"));
  parts.push(...learner.causes.map((one, place) => cause(learner, one, place < MOST_OPEN)));
  if (learner.todo.length) parts.push(text("h2", "To do"), ...learner.todo.map((line) => text("p", line)));
  return parts;
}

// The button for the previous or next learner of the table.
function step(learner, word, by) {
  const target = shown[shown.indexOf(learner) + by];
  const made = element("button", { type: "button", textContent: word, disabled: !shown.includes(learner) || !target });
  made.addEventListener("click", () => {
    history.replaceState(null, "", address(target));
    show(target);
    [...dialog.querySelectorAll("nav button")].find((button) => button.textContent === word && !button.disabled)?.focus();
  });
  return made;
}

function show(learner) {
  const close = element("button", { type: "button", textContent: "close" });
  close.addEventListener("click", () => dialog.close());
  const place = [several(learner.attempts, "attempt"), `handed in ${learner.submitted}${learner.late ? ", late" : ""}`];
  if (learner.isGraded) place.push(`graded in ${learner.seconds.toFixed(1)} s`);
  dialog.replaceChildren(
    element("nav", { ariaLabel: "Learners" }, close, step(learner, "previous", -1), step(learner, "next", 1)),
    element("h2", { id: "report-name", textContent: learner.name }),
    text("p", place.join(" · "), "faint"),
    text("p", learner.path, "faint path"),
    ...(learner.isGraded ? graded(learner) : [element("p", { className: "notice" }, text("b", "Could not be graded: "), text("span", learner.problem, "text"))]));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

function showAddressed() {
  const [, name] = location.hash.match(/^#learner=(.*)$/s) ?? [];
  const learner = name !== undefined && records.learners.find((one) => one.name === decoded(name));
  if (learner) show(learner);
  else dialog.close();
}

// People type addresses too: an ill-formed one names no learner.
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return "";
  }
}

function startReports() {
  dialog.addEventListener("close", () => {
    if (location.hash.startsWith("#learner=")) history.replaceState(null, "", "#learners");
  });
  // A click outside of the dialog closes it.
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  addEventListener("hashchange", showAddressed);
  showAddressed();
}

read().then(() => {
  startTable();
  startMap();
  startReports();
});
