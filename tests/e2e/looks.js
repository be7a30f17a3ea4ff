// Questions to the screen as it stands; a sheet that is open hides the rest. Evaluates to an object of functions.
({
  /** All at once, as everything asked for costs a way there and back. */
  async wrong(axe, sizes, drawn) {
    await this.settled(drawn);
    const found = axe === "none" ? {} : { axe: await this.axe(axe === "colours") };
    return sizes ? { ...found, targets: this.tooSmall(), width: this.tooWide(), empty: this.halfEmpty() } : found;
  },

  top: () => document.querySelector("dialog[open]") ?? document.body,

  /** What axe finds against WCAG 2.2 AA and good practice, as sentences; of colours only where nothing else has changed. */
  async axe(colours = false) {
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const runOnly = colours ? { type: "rule", values: ["color-contrast", "link-in-text-block"] } : { type: "tag", values };
    const found = await globalThis.axe.run(document, { resultTypes: ["violations"], runOnly, preload: false });
    const violations = this.stillCovered(found.violations);
    const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html.slice(0, 160)} (${why(node)})`).join(" | ")}`);
  },

  /**
   * A target that lies half under a bar at this scroll position is looked at again where a person would scroll it to, in
   * the middle of its pane. What is too small or covered there too stays a finding.
   */
  stillCovered(violations) {
    const free = (element) => {
      element.scrollIntoView({ block: "center", behavior: "instant" });
      const box = element.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      return [[0, 0], [-12, 0], [12, 0], [0, -12], [0, 12]].every(([right, down]) => element.contains(document.elementFromPoint(x + right, y + down)));
    };
    return violations.flatMap((one) => {
      if (one.id !== "target-size") return [one];
      const nodes = one.nodes.filter(({ target }) => {
        const element = document.querySelector(target.at(-1));
        const tops = [];
        for (let at = element; at; at = at.parentElement) tops.push([at, at.scrollTop]);
        const found = !free(element);
        for (const [at, top] of tops) at.scrollTop = top;
        return found;
      });
      return nodes.length > 0 ? [{ ...one, nodes }] : [];
    });
  },

  /** What reaches over the edge, scrolls sideways without meaning to, or cuts an amount, an account or a name. */
  tooWide() {
    const wide = document.documentElement.clientWidth;
    const found = new Set();
    const meansTo = (element) => element.matches(".chips, .zoom, [data-scrolls]");
    const flows = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
    const carried = (element) => {
      for (let at = element.parentElement; at; at = at.parentElement) if (flows(at) && meansTo(at)) return true;
      return false;
    };
    if (document.documentElement.scrollWidth > wide + 1) found.add(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of this.top().querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || getComputedStyle(element).visibility === "hidden") continue;
      if (element.closest(".visually-hidden, .skip, svg, [inert]")) continue;
      const name = `${element.tagName}.${element.className} ${(element.textContent ?? "").slice(0, 40)}`;
      const overflows = element.scrollWidth > element.clientWidth + 1;
      if (flows(element) && overflows && !meansTo(element)) found.add(`scrolls sideways: ${name}`);
      if (box.right > wide + 1 && !carried(element)) found.add(`over the edge: ${name}`);
      const whole = element.matches(".amount, .figures, .row-title, dd") && getComputedStyle(element).overflowX !== "visible";
      if (whole && overflows) found.add(`cut: ${name}`);
    }
    return [...found].slice(0, 12);
  },

  /** Where there is room for two, the list stands beside its item. */
  halfEmpty() {
    const room = matchMedia("(min-width: 840px)").matches && document.querySelector(".panes-open");
    return room && !document.querySelector(".pane-list") ? ["no list beside the item that is open"] : [];
  },

  /** The same with text as large as the person's own setting asks for. */
  async tooWideEnlarged(percent) {
    const { style } = document.documentElement;
    style.fontSize = `${percent}%`;
    await new Promise(requestAnimationFrame);
    const found = this.tooWide();
    style.fontSize = "";
    return found;
  },

  /** What a thumb can miss. A radio or a box is as large as its label. */
  tooSmall() {
    const found = [];
    for (const element of this.top().querySelectorAll("a[href], button, input, select, textarea, summary, [role=button], [role=tab]")) {
      if (element.closest("[inert], [hidden], .visually-hidden") || element.matches(".skip, [type=hidden]")) continue;
      const target = element.matches("[type=radio], [type=checkbox]") ? (element.closest("label") ?? element) : element;
      const { width, height } = target.getBoundingClientRect();
      if (width === 0 || height === 0 || getComputedStyle(target).visibility === "hidden") continue;
      if (Math.round(width) >= 44 && Math.round(height) >= 44) continue;
      found.push(`${element.tagName}.${element.className} ${Math.round(width)}×${Math.round(height)} ${(element.ariaLabel ?? element.textContent ?? "").slice(0, 40)}`);
    }
    return found.slice(0, 12);
  },

  /** Until pictures (when they are to be `drawn`), type and movements have come to rest; an endless spinner may go on. */
  async settled(drawn = true) {
    const patience = new Promise((done) => setTimeout(done, 3000, true));
    const pictures = (drawn ? [...document.images] : []).map((one) => one.complete || new Promise((done) => { one.onload = one.onerror = done; }));
    await Promise.race([patience, Promise.all([document.fonts.ready, ...pictures])]);
    const moving = () => document.getAnimations().filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime));
    // One movement may begin where another ends.
    for (let now = moving(), late = false; now.length > 0 && !late; now = moving()) {
      late = await Promise.race([patience, Promise.all(now.map((one) => one.finished.catch(() => undefined))).then(() => false)]);
    }
    return true;
  },
})
