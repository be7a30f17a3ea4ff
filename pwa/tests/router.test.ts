// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest";
import { startRouter } from "../src/links";
import { match, navigate, place, routes, takeTitleFocus } from "../src/router";

let stop: () => void;
beforeEach(() => void (stop = startRouter()));
afterEach(() => {
  stop();
  document.body.replaceChildren();
});

test.each([
  ["/", "inbox", {}], ["/chung-tu/42", "review", { id: "42" }], ["/ky/a%2Fb", "signing", { id: "a/b" }],
  ["/ho-so", "dossiers", {}], ["/ho-so/moi", "dossier-form", {}], ["/ho-so/9/sua", "dossier-form", { id: "9" }],
  ["/tiep-nhan/", "intake", {}], ["/tiep-nhan/7", "treasury-registrations", { id: "7" }], ["/dang-nhap", "login", {}],
])("%s leads to %s", (path, feature, params) => {
  expect(match(path)?.route.feature).toBe(feature);
  expect(match(path)?.params).toEqual(params);
});

test.each(["/nowhere", "/chung-tu/", "/chung-tu/1/2", "/ho-so/9"])("%s leads nowhere", (path) => expect(match(path)).toBeUndefined());

test("every route has an address of its own", () => expect(new Set(routes.map((route) => route.path)).size).toBe(routes.length));

test("navigating changes the address and lets the new title take the focus once", () => {
  navigate("/lich-su?tu=2026");
  expect(place.get().route?.feature).toBe("history");
  expect(place.get().search).toBe("?tu=2026");
  expect(takeTitleFocus()).toBe(true);
  expect(takeTitleFocus()).toBe(false);
});

function click(html: string): MouseEvent {
  document.body.innerHTML = html;
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, button: 0 });
  document.querySelector("a span, a")?.dispatchEvent(event);
  return event;
}

test("a plain link navigates without a reload", () => {
  expect(click('<a href="/tai-khoan"><span>x</span></a>').defaultPrevented).toBe(true);
  expect(place.get().route?.feature).toBe("account");
});

test.each(['<a href="/api/vouchers/1.pdf">x</a>', '<a href="/tai-khoan" download>x</a>', '<a href="/tai-khoan" target="_blank">x</a>'])(
  "%s is left to the browser",
  (html) => {
    let takenByUs: boolean | undefined;
    // Asked after the router, then stopped here: the test's page has nowhere to go.
    const last = (event: Event) => {
      takenByUs = event.defaultPrevented;
      event.preventDefault();
    };
    addEventListener("click", last, { once: true });
    click(html);
    expect(takenByUs).toBe(false);
  },
);
