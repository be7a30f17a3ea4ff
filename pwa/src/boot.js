// Runs inside the page before any script has loaded: the chosen colours, and the first requests of this address.
(function (w, d) {
  var path = w.location.pathname, s, t, first;
  try {
    s = w.localStorage;
    t = s.getItem("theme");
    if (t) d.documentElement.dataset.theme = t;
    first = s.getItem("first:" + path);
  } catch (e) { /* Storage may be blocked; then nothing was chosen or remembered. */ }
  __AHEAD__.forEach(function (a) {
    var id = path.slice(a[0].length);
    if (!first && path.startsWith(a[0]) && (a[0] === "/" ? !id : /^[\w-]+$/.test(id))) first = a[1] + id;
  });
  w.early = {};
  ["/api/session", first].forEach(function (u) { if (u) w.early[u] = fetch(u).catch(function (e) { return e; }); });
})(window, document);
