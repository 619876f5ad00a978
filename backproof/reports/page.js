"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function button(text, label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => action(made));
  return made;
}

// In the frame of another page the clipboard may be missing: then the text is selected, and copied the old way.
async function copy(from, pressed) {
  try {
    await navigator.clipboard.writeText(from.textContent);
  } catch {
    getSelection().selectAllChildren(from);
    if (!document.execCommand("copy")) return;
  }
  pressed.textContent = "copied";
  setTimeout(() => { pressed.textContent = "copy"; }, 1500);
}

for (const pre of all("pre[data-copy]")) {
  pre.before(button("copy", `copy ${pre.dataset.copy}`, (pressed) => copy(pre, pressed)));
}

const filter = document.querySelector("#filter");

function showMatching() {
  const words = filter.value.trim().toLowerCase();
  for (const check of all(".check")) {
    const text = (check.querySelector("summary") ?? check).textContent.toLowerCase();
    check.hidden = !text.includes(words);
  }
  for (const group of all(".group")) {
    group.hidden = all(".check", group).every((check) => check.hidden);
    if (words && !group.hidden && group.matches("details")) group.open = true;
  }
}

filter.addEventListener("input", showMatching);

for (const cell of all("[data-module]")) {
  const name = cell.textContent;
  cell.replaceChildren(button(name, `show the checks of ${name}`, () => {
    filter.value = cell.dataset.module;
    showMatching();
    document.querySelector("#checks").scrollIntoView();
    filter.focus({ preventScroll: true });
  }));
}

const setOpen = (isOpen) => all("details").forEach((fold) => { fold.open = isOpen; });
document.querySelector(".tools").append(
  button("open all", "open all checks", () => setOpen(true)),
  button("close all", "close all checks", () => setOpen(false)),
);
document.querySelector(".tools").hidden = false;

// A link to a folded or filtered check shows it.
function showTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.matches(".check")) return;
  target.hidden = target.closest(".group").hidden = false;
  target.open = true;
  target.scrollIntoView();
}

// In a notebook the page has no address of its own: the browser would look for the check in the notebook.
for (const link of all("a[href^='#']")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.hash = link.hash;
  });
}

addEventListener("hashchange", showTarget);
showTarget();

// All folds are open on paper.
let folded = [];
addEventListener("beforeprint", () => {
  folded = all("details:not([open])");
  folded.forEach((fold) => { fold.open = true; });
});
addEventListener("afterprint", () => folded.forEach((fold) => { fold.open = false; }));
