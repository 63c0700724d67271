// The figure page: show the picture of a slice as soon as it is chosen, and let the user drag the crop. Without
// JavaScript, the picture appears after saving.
import { startCropping } from "./crop.js";

const SIDE = 160; // pixels

function showChosen(select) {
  const source = select.selectedOptions[0].dataset.image;
  let image = select.parentElement.querySelector("img");
  if (!image) {
    const properties = { className: "thumbnail", alt: "", width: SIDE, height: SIDE };
    image = Object.assign(document.createElement("img"), properties);
    select.after(image);
  }
  image.hidden = !source;
  if (source) image.src = source;
}

for (const select of document.querySelectorAll("[data-cell]")) {
  select.addEventListener("change", () => showChosen(select));
}
const crop = document.querySelector("[data-crop]");
if (crop) startCropping(crop);
