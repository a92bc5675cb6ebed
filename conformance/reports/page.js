const buttons = [...document.querySelectorAll("nav button")];
const rows = [...document.querySelectorAll("table.list tbody tr")];
function filter(wanted) {
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.verdict === wanted);
  for (const row of rows) row.hidden = wanted !== "all" && row.dataset.verdict !== wanted;
}
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // A page that came over plain HTTP has no clipboard; the older way needs a field to select from.
  const field = document.body.appendChild(document.createElement("textarea"));
  field.value = text;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("not copied");
}
for (const control of document.querySelectorAll("nav, .copy")) control.hidden = false;
for (const button of buttons) button.addEventListener("click", () => filter(button.dataset.verdict));
for (const link of document.querySelectorAll("a[href^='#']")) link.addEventListener("click", () => filter("all"));
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  try {
    await copy(button.parentElement.nextElementSibling.textContent);
    button.textContent = "copied";
  } catch {
    button.textContent = "select it below";
  }
});
