// The drawing pad: runs in the browser when its gr.HTML component is there, and sends each finished
// stroke's picture as the component's value, JSON as page.Asked has it.
const PEN = 4; // CSS pixels
const FINE = 1.6; // pixels of the picture for each CSS pixel: of 1000, what the reader looks at
const panel = element.closest("[role=tabpanel]"); // of this tab; see result.js
const canvas = element.querySelector("canvas");
let strokes = []; // each a list of points in pixels of `size`
let size = [0, 0]; // the pad's largest while there are strokes: a phone that is turned cuts none off
let writing = null; // the pointer that is down, for a hand may touch the screen beside it

function paint(target, width, height, scale) {
  target.width = width; // blanks it, too
  target.height = height;
  const pen = target.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, width, height);
  pen.scale(scale, scale);
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = "round";
  for (const points of strokes) {
    pen.beginPath();
    pen.moveTo(...points[0]);
    points.forEach((point) => pen.lineTo(...point));
    pen.stroke();
  }
}

function draw() {
  const now = [canvas.clientWidth, canvas.clientHeight];
  if (!now[0]) return; // the other tab is open
  size = strokes.length ? size.map((side, i) => Math.max(side, now[i])) : now;
  const sharp = devicePixelRatio;
  paint(canvas, sharp * now[0], sharp * now[1], sharp * scale());
}

// The same strokes give the same picture, however the pad is shown: corrections go by its boxes.
function picture() {
  const target = document.createElement("canvas");
  paint(target, FINE * size[0], FINE * size[1], FINE);
  return target.toDataURL("image/png");
}

function scale() {
  return Math.min(canvas.clientWidth / size[0], canvas.clientHeight / size[1]);
}

function where(event) {
  const edge = canvas.getBoundingClientRect();
  const x = event.clientX - edge.left - canvas.clientLeft;
  const y = event.clientY - edge.top - canvas.clientTop;
  return [x / scale(), y / scale()];
}

function send(vouched) {
  draw();
  props.value = panel.request(strokes.length ? picture() : "", vouched);
  trigger("read");
}

canvas.addEventListener("pointerdown", (event) => {
  if (writing !== null || event.button) return;
  writing = event.pointerId;
  panel.wait();
  canvas.setPointerCapture(writing); // a stroke may leave the pad and come back
  strokes.push([where(event)]);
  draw();
});
canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== writing) return;
  // A busy page gets several moves as one event: without them a curve loses its corners.
  strokes.at(-1).push(...event.getCoalescedEvents().map(where), where(event));
  draw();
});
for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, (event) => {
    if (event.pointerId !== writing) return;
    writing = null;
    send(false);
  });
}
element.querySelector(".undo").addEventListener("click", () => {
  strokes.pop();
  send(false);
});
element.querySelector(".clear").addEventListener("click", () => {
  panel.dispatchEvent(new Event("finished"));
  strokes = [];
  send(false);
});
panel.addEventListener("corrected", (event) => send(event.detail));
new ResizeObserver(draw).observe(canvas);
