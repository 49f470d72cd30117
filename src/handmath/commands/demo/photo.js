// A picture from a file: read in the browser and sent as the component's value, JSON as page.Asked
// has it, so that the server writes no file of it.
const LARGEST = 20; // MB; photos of 50 megapixels are smaller
const panel = element.closest("[role=tabpanel]"); // of this tab; see result.js
const input = element.querySelector("input");
const alert = element.querySelector("[role=alert]");
let picture = ""; // a data URL; "" when there is none

function send(vouched) {
  props.value = panel.request(picture, vouched);
  trigger("read");
}

function choose(url) {
  panel.dispatchEvent(new Event("finished"));
  picture = url;
  send(false);
}

input.addEventListener("change", () => {
  const [file] = input.files;
  const large = file && file.size > LARGEST * 2 ** 20;
  alert.textContent = large ? `This file is larger than ${LARGEST} MB.` : "";
  if (!file || large) {
    input.value = "";
    choose("");
    return;
  }
  panel.wait();
  const reader = new FileReader();
  reader.onload = () => choose(reader.result);
  reader.onerror = () => {
    alert.textContent = "This file can't be opened.";
    choose("");
  };
  reader.readAsDataURL(file);
});
element.querySelector(".clear").addEventListener("click", () => {
  input.value = alert.textContent = "";
  choose("");
});
panel.addEventListener("corrected", (event) => send(event.detail));
