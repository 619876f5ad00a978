// The map: shows the cell under the pointer, or the cell that the arrow keys select.

const WORDS = { p: "passed", f: "failed", e: "raised", t: "timed out", o: "to do", " ": "not run" };
const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], PageUp: [0, -20], PageDown: [0, 20] };

function startMap() {
  const map = byId("map");
  if (!map) return;
  const [left, right, top, bottom] = map.dataset.frame.split(" ").map(Number);
  const graded = records.learners.filter((learner) => learner.isGraded);
  const [across, down, cell] = [".across", ".down", ".cell"].map((name) => map.querySelector(name));
  const within = (value, count) => Math.min(Math.max(value, 0), count - 1);
  let column = 0;
  let line = 0;

  function showCell() {
    const [learner, check] = [graded[line], records.checks[column]];
    byId("map-cell").textContent = `${learner.name} (${learner.percent.toFixed(1)} %) · ${check.id} · ${WORDS[learner.outcomes[column]]}`;
    across.style.top = cell.style.top = `${100 * (top + (bottom - top) * (line + 0.5) / graded.length)}%`;
    across.style.left = `${100 * left}%`;
    across.style.width = `${100 * (right - left)}%`;
    down.style.left = cell.style.left = `${100 * (left + (right - left) * (column + 0.5) / records.checks.length)}%`;
    down.style.top = `${100 * top}%`;
    down.style.height = `${100 * (bottom - top)}%`;
    across.hidden = down.hidden = cell.hidden = false;
  }

  function isOver(event) {
    const place = map.getBoundingClientRect();
    const x = ((event.clientX - place.left) / place.width - left) / (right - left);
    const y = ((event.clientY - place.top) / place.height - top) / (bottom - top);
    if (x < 0 || x >= 1 || y < 0 || y >= 1) return false;
    column = within(Math.floor(x * records.checks.length), records.checks.length);
    line = within(Math.floor(y * graded.length), graded.length);
    return true;
  }

  map.addEventListener("pointermove", (event) => { if (isOver(event)) showCell(); });
  map.addEventListener("click", (event) => { if (isOver(event)) location.hash = address(graded[line]); });
  map.addEventListener("focus", showCell);
  map.addEventListener("keydown", (event) => {
    if (event.key === "Enter") location.hash = address(graded[line]);
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    column = within(column + STEPS[event.key][0], records.checks.length);
    line = within(line + STEPS[event.key][1], graded.length);
    showCell();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  byId("zoom").addEventListener("input", () => { map.style.width = `${100 * byId("zoom").value}%`; });
}
