// A picture from a file: read in the browser and sent as the component's value, a data URL, so that
// the server writes no file of it; "" when there is none.
const LARGEST = 20; // MB; photos of 50 megapixels are smaller
const input = element.querySelector("input");
const alert = element.querySelector("[role=alert]");

function send(url) {
  props.value = url;
  trigger("change");
}

input.addEventListener("change", () => {
  const [file] = input.files;
  const large = file && file.size > LARGEST * 2 ** 20;
  alert.textContent = large ? `This file is larger than ${LARGEST} MB.` : "";
  if (!file || large) {
    input.value = "";
    send("");
    return;
  }
  const reader = new FileReader();
  reader.onload = () => send(reader.result);
  reader.readAsDataURL(file);
});
element.querySelector(".clear").addEventListener("click", () => {
  input.value = alert.textContent = "";
  send("");
});
