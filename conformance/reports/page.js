for (const button of document.querySelectorAll("nav button")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("nav button")) other.setAttribute("aria-pressed", other === button);
    const wanted = button.dataset.verdict;
    for (const row of document.querySelectorAll("tbody tr")) row.hidden = wanted !== "all" && row.dataset.verdict !== wanted;
  });
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  await navigator.clipboard.writeText(button.nextElementSibling.textContent);
  button.textContent = "copied";
});
