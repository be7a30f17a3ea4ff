// Keeps the list fresh without reloading the page, so that a button is never pulled from under a finger.
const list = document.getElementById("requests");
const ids = (root) => [...root.querySelectorAll("[data-status]")]
  .map((e) => `${e.dataset.transaction ?? "code"} ${e.dataset.status}`).join();

async function refresh() {
  try {
    const answer = await fetch(`${location.pathname}?part`, { cache: "no-store" });
    if (!answer.ok) return;
    const fresh = document.createElement("main");
    fresh.innerHTML = await answer.text();
    if (ids(fresh) !== ids(list)) list.replaceChildren(...fresh.childNodes);
  } catch {
    // The sandbox is restarting; the next round will tell.
  }
}

function tick() {
  for (const clock of list.querySelectorAll("[data-left]")) {
    const left = Math.max(0, Number(clock.dataset.left) - 1);
    clock.dataset.left = String(left);
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
}

setInterval(refresh, 1500);
setInterval(tick, 1000);
