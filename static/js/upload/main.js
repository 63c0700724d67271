// The image list and import pages: upload each file in a separate request, then show the progress of the
// import. Without JavaScript, the form uploads all files in one request.
import { watch } from "./progress.js";
import { listenToUpload } from "./sending.js";

const form = document.querySelector("[data-upload]");
if (form) listenToUpload(form);

const progress = document.querySelector("[data-progress]");
if (progress) watch(progress);
