// The drawing pad: runs in the browser when its gr.HTML component is there, and sends each finished
// stroke's picture as the component's value, a PNG in a data URL; "" when the pad is blank.
const PEN = 4; // CSS pixels
const FINE = 2; // pixels of the picture for each CSS pixel
const canvas = element.querySelector("canvas");
const pen = canvas.getContext("2d");
let strokes = []; // each a list of points in CSS pixels
let writing = null; // the pointer that is down, for a hand may touch the screen beside it

function draw() {
  canvas.width = FINE * canvas.clientWidth; // blanks it, too
  canvas.height = FINE * canvas.clientHeight;
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(FINE, FINE);
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = "round";
  for (const points of strokes) {
    pen.beginPath();
    pen.moveTo(...points[0]);
    points.forEach((point) => pen.lineTo(...point));
    pen.stroke();
  }
}

function where(event) {
  const edge = canvas.getBoundingClientRect();
  return [event.clientX - edge.left - canvas.clientLeft, event.clientY - edge.top - canvas.clientTop];
}

function send() {
  draw();
  props.value = strokes.length ? canvas.toDataURL("image/png") : "";
  trigger("change");
}

canvas.addEventListener("pointerdown", (event) => {
  if (writing !== null || event.button) return;
  writing = event.pointerId;
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
    send();
  });
}
element.querySelector(".undo").addEventListener("click", () => {
  strokes.pop();
  send();
});
element.querySelector(".clear").addEventListener("click", () => {
  strokes = [];
  send();
});
new ResizeObserver(draw).observe(canvas);
