"use strict";
// Forms of the class `act` speak to the control API; what carries data-live is kept fresh. No more than that.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const told = document.getElementById("told");
const follow = document.getElementById("follow");
const PAUSE = 2000;

function tell(text, isBad) {
  told.textContent = text;
  told.classList.toggle("bad", Boolean(isBad));
  told.hidden = !text;
}

function bodyOf(form) {
  if (form.dataset.whole) {
    return JSON.parse(form.elements[form.dataset.whole].value);
  }
  const body = {};
  for (const field of form.elements) {
    if (field.name) {
      body[field.name] = field.dataset.kind === "json" ? JSON.parse(field.value) : field.value;
    }
  }
  return body;
}

function summary(answer) {
  if (!answer) {
    return "Done.";
  }
  if (!answer.effects) {
    return "";
  }
  const lines = answer.effects.map((one) => `${one.at}  ${one.kind} ${one.resource} ${one.id}: ${one.detail}`);
  return lines.length ? lines.join("\n") : "Nothing happened.";
}

async function act(form) {
  const headers = { "Content-Type": "application/json" };
  if (meta("token")) {
    headers.Authorization = `Bearer ${meta("token")}`;
  }
  const method = form.dataset.method;
  const asked = { method, headers };
  if (method === "DELETE") {
    delete headers["Content-Type"];
  } else {
    asked.body = JSON.stringify(bodyOf(form));
  }
  const answer = await fetch(`${meta("control")}/${form.dataset.place}`, asked);
  const text = await answer.text();
  const content = text ? JSON.parse(text) : null;
  if (!answer.ok) {
    throw new Error(content?.detail ?? answer.statusText);
  }
  tell(summary(content));
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (other && other.innerHTML !== part.innerHTML) {
      part.replaceChildren(...other.childNodes);
    }
  }
}

// Nobody wants a page to change under the pen: not while something is being written, chosen or opened.
function isBusy() {
  const active = document.activeElement;
  const writes = active && active.matches("input:not([type=checkbox]), textarea, select");
  return writes || document.querySelector("main details[open]") || !document.getSelection()?.isCollapsed;
}

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("form.act")) {
    return;
  }
  event.preventDefault();
  try {
    await act(event.target);
    if (event.target.closest("header") && event.target.dataset.place === "clock") {
      location.reload();
    } else {
      await refresh();
    }
  } catch (error) {
    tell(error.message, true);
  }
});

setInterval(() => {
  if (follow.checked && !document.hidden && !isBusy()) {
    refresh().catch(() => tell("The server does not answer.", true));
  }
}, PAUSE);
