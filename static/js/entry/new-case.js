// Entry point of the page for a new case. Without JavaScript, the page works without autosave.
import { keepDrafts } from "./drafts.js";

keepDrafts(document.getElementById("entry"));
