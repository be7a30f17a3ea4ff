// Runs inside the page before any script has loaded: the chosen colours, and the first requests of this address.
(function (w, d, s) {
  try {
    var t = s.getItem("theme"), path = w.location.pathname, first = s.getItem("first:" + path) || (path === "/" && "/api/inbox");
    if (t) d.documentElement.dataset.theme = t;
  } catch (e) { first = null; }
  __AHEAD__.forEach(function (a) {
    var id = w.location.pathname.slice(a[0].length);
    if (!w.location.pathname.startsWith(a[0]) || !/^[\w-]+$/.test(id)) return;
    first = a[1] + id;
    a[2].forEach(function (u) { d.head.append(Object.assign(d.createElement("link"), { rel: "modulepreload", href: u })); });
  });
  w.early = {};
  ["/api/session", first].forEach(function (u) { if (u) w.early[u] = fetch(u).catch(function (e) { return e; }); });
})(window, document, localStorage);
