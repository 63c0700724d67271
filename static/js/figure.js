// Shows the picture of a slice as soon as it is chosen; without it, after saving.
"use strict";

for (const select of document.querySelectorAll("[data-cell]")) {
  select.addEventListener("change", () => {
    const source = select.selectedOptions[0].dataset.image;
    let image = select.parentElement.querySelector("img");
    if (!image) {
      image = Object.assign(document.createElement("img"), { className: "thumbnail", alt: "", width: 160, height: 160 });
      select.after(image);
    }
    image.hidden = !source;
    if (source) image.src = source;
  });
}
