// What was read: a symbol that is changed has the picture read again with it, and the last results
// are kept below, in this page alone, until it is closed or loaded again.
const MOST = 8; // results kept
const panel = element.closest("[role=tabpanel]"); // of this tab; its pad or photo listens to it
const kept = document.createElement("ol");
kept.className = "kept";
kept.ariaLabel = "Last results";
panel.corrections = {}; // classes by the boxes of symbols
let changed = ""; // the box of the last, until it is shown
let number = 0; // of the last request

// What finishes a line waits for the reading of all of it, so that this is what is kept.
function hold(on) {
  for (const control of panel.querySelectorAll(".clear, [type=file]")) control.disabled = on;
}

panel.wait = () => {
  number += 1;
  hold(true);
};

panel.request = (picture, vouched) => {
  panel.wait();
  return JSON.stringify({ picture, corrections: panel.corrections, vouched, number });
};

function show() {
  if (element.querySelector(`[data-number="${number}"]`)) hold(false);
  element.querySelector(`[data-box="${changed}"]`)?.focus({ preventScroll: true });
  changed = "";
  if (kept.children.length) element.append(kept);
}

function keep() {
  const section = element.querySelector("section");
  panel.corrections = {};
  if (!section) return;
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.className = section.dataset.kind;
  text.textContent = section.dataset.kept;
  item.append(section.querySelector("img").cloneNode(), text);
  kept.prepend(item);
  while (kept.children.length > MOST) kept.lastChild.remove();
}

function again(vouched) {
  panel.dispatchEvent(new CustomEvent("corrected", { detail: vouched }));
}

element.addEventListener("change", (event) => {
  changed = event.target.dataset.box;
  panel.corrections[changed] = event.target.value;
  again(false);
});
element.addEventListener("click", ({ target }) => {
  const latex = element.querySelector(".latex input");
  if (target === latex) latex.select();
  if (target.className === "right") again(true);
  if (target.className === "copy") {
    const give = (event) => {
      event.clipboardData.setData("text/plain", target.dataset.copy);
      event.preventDefault();
    };
    document.addEventListener("copy", give, { once: true });
    latex.select(); // without a selection some browsers copy nothing
    document.execCommand("copy"); // navigator.clipboard is not there for a page from a network
    document.removeEventListener("copy", give);
    const name = target.textContent;
    target.textContent = "Copied";
    setTimeout(() => (target.textContent = name), 2000);
  }
});
panel.addEventListener("finished", keep);
watch("value", show);
