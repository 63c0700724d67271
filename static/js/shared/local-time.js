// Times in the browser's time zone: <time datetime="…" data-local-time="%s today">.

// Return the time in the template `today`, such as "15:04 today"; if the moment is not today, return
// the date and time, such as "30 Nov 2026, 15:04".
export function localTime(moment, now, today, language) {
  const hours = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const clock = new Intl.DateTimeFormat(language, hours).format(moment);
  if (moment.toDateString() === now.toDateString()) return today.replace("%s", clock);
  const day = { day: "numeric", month: "short", year: "numeric" };
  return `${new Intl.DateTimeFormat(language, day).format(moment)}, ${clock}`;
}

export function showLocalTimes() {
  const language = document.documentElement.lang || undefined;
  for (const element of document.querySelectorAll("time[data-local-time]")) {
    const moment = new Date(element.dateTime);
    element.title = element.textContent;
    element.textContent = localTime(moment, new Date(), element.dataset.localTime, language);
  }
  nameZone();
}

// Name the time zone once, at the end of a page that shows times.
function nameZone() {
  const line = document.querySelector("[data-time-zone]");
  if (!line || !document.querySelector("time[data-local-time]")) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  line.textContent = `${line.dataset.timeZone} ${zone}.`;
  line.hidden = false;
}
