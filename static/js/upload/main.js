// The pages of images and of an import: files are sent one by one, then how they are read is shown. Without
// it the plain form does the same in one go.
import { watch } from "./progress.js";
import { listenToUpload } from "./sending.js";

const form = document.querySelector("[data-upload]");
if (form) listenToUpload(form);

const progress = document.querySelector("[data-progress]");
if (progress) watch(progress);
